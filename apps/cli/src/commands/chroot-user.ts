import { statSync } from "node:fs";
import { call, type Program, step } from "@wb/syscall";
import { usage } from "../flags.ts";
import { readTable } from "../runtime/read-table.ts";
import { UserError } from "../user-error.ts";

export interface ChrootUser {
  readonly userspec: string | undefined;
  readonly groups: string | undefined;
}

/**
 * The Steps by which the command becomes the user of `--userspec` and `--groups`, as chroot(1) has it. Names are those of the
 * new root's passwd(5) and group(5); names of `--groups`, and the entry of a number, may be the host's. A name that is a
 * number counts as a name, `+1` never does. A user without a named group gets that of its entry, and its supplementary
 * groups unless `--groups` names others.
 *
 * @throws UserError for a name that is in neither
 */
export function chrootUserSteps(root: string, { userspec, groups }: ChrootUser): Program {
  if (userspec === undefined && groups === undefined) return [];
  const [users, groupNames] = [ofRoot(root, "etc/passwd"), ofRoot(root, "etc/group")];
  const passwd = [...users, ...readTable("/", "etc/passwd")];
  const group = [...groupNames, ...readTable("/", "etc/group")];
  const [user = "", named] = userspec?.split(/:(.*)/s, 2) ?? [];
  const uid = user === "" ? undefined : idOf(users, user, { kind: "user", spec: userspec });
  const entry = uid === undefined ? undefined : passwd.find(([, , id]) => id === String(uid));
  const gid =
    named === undefined || named === ""
      ? entryGroup(uid, entry)
      : idOf(groupNames, named, { kind: "group", spec: userspec });
  const ids = groups === undefined ? supplementary(entry?.[0], gid, group) : groupList(groups, group);
  return [
    ...(uid === undefined && groups === undefined ? [] : [setGroups(ids)]),
    ...(gid === undefined ? [] : [step(`become group ${gid}`, [call("setgid", gid)])]),
    ...(uid === undefined ? [] : [step(`become user ${uid}`, [call("setuid", uid)])]),
  ];
}

function setGroups(ids: readonly number[]): Program[number] {
  const list = ids.length === 0 ? null : new Uint8Array(Uint32Array.from(ids).buffer);
  return step(`take the supplementary groups: ${ids.join(", ") || "none"}`, [call("setgroups", ids.length, list)]);
}

/** That there is no such root is for chroot(2) to say. */
function ofRoot(root: string, file: string): string[][] {
  return statSync(root, { throwIfNoEntry: false })?.isDirectory() === true ? readTable(root, file) : [];
}

function idOf(
  table: readonly string[][],
  name: string,
  { kind, spec }: { readonly kind: "user" | "group"; readonly spec: string | undefined },
): number {
  const entry = table.find((fields) => fields[0] === name);
  const text = entry?.[2] ?? name.replace(/^\+/, "");
  if (/^\d{1,10}$/.test(text) && Number(text) < 0xffff_ffff) return Number(text);
  throw new UserError(
    `invalid ${kind} ${JSON.stringify(name)}${spec === undefined ? "" : ` in ${JSON.stringify(spec)}`}`,
    {
      hint: "a number needs no entry in passwd or group",
    },
  );
}

function entryGroup(uid: number | undefined, entry: readonly string[] | undefined): number | undefined {
  if (uid === undefined) return undefined;
  if (entry === undefined)
    throw usage("chroot", `no group specified for unknown uid: ${uid}`, `name one: --userspec ${uid}:GROUP`);
  return Number(entry[3]);
}

/** getgrouplist(3): the user's own group is among them. */
function supplementary(name: string | undefined, gid: number | undefined, table: readonly string[][]): number[] {
  if (name === undefined || gid === undefined) return [];
  const ids = table.filter((fields) => fields[3]?.split(",").includes(name)).map((fields) => Number(fields[2]));
  return [...new Set([gid, ...ids])];
}

function groupList(text: string, table: readonly string[][]): number[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
    .map((name) => idOf(table, name, { kind: "group", spec: undefined }));
}
