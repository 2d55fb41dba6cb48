import { readTable } from "../runtime/read-table.ts";
import { UserError } from "../user-error.ts";

/** Who a command is, and where its home is. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly home: string;
}

/**
 * Resolves docker's `-u USER[:GROUP]` with the container's own passwd(5) and group(5). A number is a number, even if an
 * account has it as its name (CVE-2026-30892); an account that is in no file is root's if it is not named.
 *
 * @param root the directory whose /etc is read, each file opened inside it; undefined for one that cannot be read yet
 * @throws UserError for a name that is in no file
 */
export function resolveAccount(user: string, root: string | undefined): Account {
  // What is empty is left out: `:audio`, `nobody:`.
  const [name = "0", group] = user.split(":", 2).map((part) => (part === "" ? undefined : part));
  const passwd = readTable(root, "etc/passwd");
  const groups = readTable(root, "etc/group");
  const uid = parseId(name);
  const entry = passwd.find((fields) => (uid === undefined ? fields[0] === name : isId(fields[2], uid)));
  if (uid === undefined && entry === undefined) throw notFound("user", name, "passwd");
  return {
    uid: uid ?? idOf(entry, 2, "passwd"),
    gid: group === undefined ? (entry === undefined ? 0 : idOf(entry, 3, "passwd")) : groupId(group, groups),
    // Docker looks supplementary groups up only for a user whose group was not named.
    groups: group === undefined && entry !== undefined ? supplementary(entry[0] ?? "", groups) : [],
    home: entry?.[5] === undefined || entry[5] === "" ? "/" : entry[5],
  };
}

/** Docker's, for what is asked for. */
const LAST_ID = 0x7fff_ffff;

function parseId(text: string): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const id = Number(text);
  if (id > LAST_ID) throw new UserError(`invalid id ${text}`, { hint: `ids are 0 to ${LAST_ID}` });
  return id;
}

/** The kernel's: the next one, -1, means "unchanged", which is root. */
const LAST_KERNEL_ID = 0xffff_fffe;

function isId(text: string | undefined, id: number): boolean {
  return text !== undefined && /^\d+$/.test(text) && Number(text) === id;
}

/** An id of a file's entry. What is none is an error: taken for 0, it would be root's. */
function idOf(entry: readonly string[] | undefined, index: number, file: string): number {
  const text = entry?.[index] ?? "";
  const id = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (id <= LAST_KERNEL_ID) return id;
  throw new UserError(`invalid id ${JSON.stringify(text)} of ${entry?.[0]} in the container's ${file} file`, {
    hint: `ids are 0 to ${LAST_KERNEL_ID}`,
  });
}

function groupId(group: string, groups: readonly string[][]): number {
  const id = parseId(group);
  if (id !== undefined) return id;
  const entry = groups.find(([name]) => name === group);
  if (entry === undefined) throw notFound("group", group, "group");
  return idOf(entry, 2, "group");
}

function supplementary(user: string, groups: readonly string[][]): number[] {
  return groups.filter((fields) => fields[3]?.split(",").includes(user)).map((entry) => idOf(entry, 2, "group"));
}

function notFound(kind: string, name: string, file: string): UserError {
  return new UserError(`unable to find ${kind} ${name}: no matching entries in the container's ${file} file`, {
    hint: "a number needs no entry",
  });
}
