import { readMountinfo, type MountInfo } from "@wb/rootfs";
import { commandHelp } from "../command/help-text.ts";
import { type FlagValues, usage } from "../flags.ts";
import { parseOptions } from "../getopt.ts";
import { UserError } from "../user-error.ts";
import { versionText } from "../version.ts";
import { writeAll } from "../write-all.ts";
import { hasBlocks, MOUNT_COLUMNS, mountColumn, type MountCells } from "./mount-columns.ts";
import { type MountQuery, selectMounts } from "./mount-selection.ts";
import { MOUNTS } from "./mounts-flags.ts";
import { pidOption, wordOption } from "./option-values.ts";
import { printTable, type Row } from "./table.ts";

type MountsFlags = FlagValues<typeof MOUNTS.flags>;

/** `wb mounts`: lists mounts. Ends with 1 when none is as wanted, as findmnt(8) does. */
export function mountsCommand(args: readonly string[]): number {
  const { flags, words } = parseOptions("mounts", MOUNTS.flags, args, { permute: true });
  if (flags.help === true || flags.version === true) {
    writeAll(flags.help === true ? commandHelp(MOUNTS) : versionText);
    return 0;
  }
  const pid = flags.task === undefined ? process.pid : pidOption("mounts", "--task", flags.task);
  const options: MountCells = { pid, bytes: flags.bytes === true, nofsroot: flags.nofsroot === true };
  const table = readTable(pid);
  const found = selected(table, flags, queryOf(flags, words)).filter(
    (mount) => flags.df !== true || hasBlocks(mount, options),
  );
  if (found.length === 0) return 1;
  const columns = columnsOption(flags);
  const cellsOf = (mount: MountInfo): Row["cells"] =>
    Object.fromEntries(columns.map(({ name, cell }) => [name, cell(mount, options)]));
  const { json = false, raw = false, pairs = false, noheadings = false } = flags;
  printTable({
    name: "filesystems",
    columns,
    rows: isTree(flags, words)
      ? treeOf(table, found, cellsOf)
      : found.map((mount) => ({ cells: cellsOf(mount), children: [] })),
    format: json ? "json" : pairs ? "pairs" : raw ? "raw" : "table",
    noheadings,
    width: undefined,
    nowrap: false,
    tree: "TARGET",
    ascii: flags.ascii === true,
  });
  return 0;
}

/** @throws UserError when there is no such process */
function readTable(pid: number): MountInfo[] {
  try {
    return readMountinfo(pid);
  } catch (error) {
    throw new UserError(`the mounts of the process ${pid} cannot be read`, {
      hint: "there is no such process, or it is another user's",
      cause: error,
    });
  }
}

/** A word is a mount point or, if none is there, a source; two are a source and a mount point. */
function queryOf(flags: MountsFlags, words: readonly string[]): readonly MountQuery[] {
  const { source, target, mountpoint, types, options, shadowed, invert } = flags;
  if (words.length > 2) throw usage("mounts", `one or two words are meant: ${JSON.stringify(words[2])}`);
  if (flags.real === true && flags.pseudo === true) throw usage("mounts", "--real and --pseudo exclude each other");
  const real = flags.real === true ? true : flags.pseudo === true ? false : undefined;
  const [first, second] = words;
  const query: MountQuery = {
    ...defined({ source, target, mountpoint, types, options, real, shadowed, invert }),
    ...(first !== undefined && second !== undefined ? { source: first, mountpoint: second } : {}),
  };
  if (first === undefined || second !== undefined) return [query];
  return [
    { ...query, mountpoint: first },
    { ...query, source: first },
  ];
}

function defined(query: { readonly [Name in keyof MountQuery]: MountQuery[Name] | undefined }): MountQuery {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

/** What the first query that finds something finds. */
function selected(table: readonly MountInfo[], flags: MountsFlags, queries: readonly MountQuery[]): MountInfo[] {
  const direction = wordOption("mounts", "--direction", flags.direction ?? "forward", ["forward", "backward"]);
  const found = queries.map((query) => selectMounts(table, query)).find((mounts) => mounts.length > 0) ?? [];
  const ordered = direction === "backward" ? found.toReversed() : found;
  const topmost = (mount: MountInfo): boolean =>
    ordered.findLast(({ mountPoint }) => mountPoint === mount.mountPoint) === mount;
  const unique = flags.uniq === true ? ordered.filter(topmost) : ordered;
  const first = flags["first-only"] === true ? unique.slice(0, 1) : unique;
  return flags.submounts === true
    ? table.filter((mount) => ancestors(table, mount).some((one) => first.includes(one)))
    : first;
}

/** The mount itself and all that it is mounted on. */
function ancestors(table: readonly MountInfo[], mount: MountInfo): MountInfo[] {
  const above = table.find(({ id }) => id === mount.parent && id !== mount.id);
  return [mount, ...(above === undefined ? [] : ancestors(table, above))];
}

/** findmnt(8) prints a tree of all, and of submounts; a list of what one word found, or where that was asked for. */
function isTree(flags: MountsFlags, words: readonly string[]): boolean {
  const { list = false, raw = false, pairs = false, df = false, target } = flags;
  if (list || raw || pairs) return false;
  if (flags.tree === true || flags.submounts === true) return true;
  return !df && flags["first-only"] !== true && target === undefined && words.length === 0;
}

/** Each below the nearest mount above it that was found, in the order of their ids. */
function treeOf(
  table: readonly MountInfo[],
  found: readonly MountInfo[],
  cellsOf: (mount: MountInfo) => Row["cells"],
): Row[] {
  const wanted = new Set(found);
  const rowsBelow = (mount: MountInfo): Row[] =>
    table
      .filter(({ id, parent }) => parent === mount.id && id !== mount.id)
      .toSorted((a, b) => a.id - b.id)
      .flatMap(rowsOf);
  const rowsOf = (mount: MountInfo): Row[] =>
    wanted.has(mount) ? [{ cells: cellsOf(mount), children: rowsBelow(mount) }] : rowsBelow(mount);
  const ids = new Set(table.map(({ id }) => id));
  return table.filter(({ id, parent }) => !ids.has(parent) || parent === id).flatMap(rowsOf);
}

function columnsOption({ output, df = false, ...flags }: MountsFlags): (typeof MOUNT_COLUMNS)[number][] {
  if (flags["output-all"] === true) return [...MOUNT_COLUMNS];
  const usual = df
    ? ["SOURCE", "FSTYPE", "SIZE", "USED", "AVAIL", "USE%", "TARGET"]
    : ["TARGET", "SOURCE", "FSTYPE", "OPTIONS"];
  const names =
    output === undefined
      ? usual
      : output.startsWith("+")
        ? [...usual, ...output.slice(1).split(",")]
        : output.split(",");
  return names.map((name) => {
    const column = mountColumn(name);
    if (column === undefined)
      throw usage(
        "mounts",
        `unknown column ${JSON.stringify(name)}: ${MOUNT_COLUMNS.map((one) => one.name).join(", ")}`,
      );
    return column;
  });
}
