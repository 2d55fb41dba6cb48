import { list, type Namespace, type NamespaceInfo, NAMESPACES } from "@wb/ns";
import { commandHelp } from "../command/help-text.ts";
import { type FlagValues, usage } from "../flags.ts";
import { parseOptions } from "../getopt.ts";
import { UserError } from "../user-error.ts";
import { versionText } from "../version.ts";
import { writeAll } from "../write-all.ts";
import { LSNS } from "./lsns-flags.ts";
import { namespacesOf } from "./lsns-processes.ts";
import { COLUMNS, namespaceRows, processRows, type Tree } from "./lsns-rows.ts";
import { naturalOption, pidOption, wordOption } from "./option-values.ts";
import { type Column, printTable, type Row } from "./table.ts";

type LsnsFlags = FlagValues<typeof LSNS.flags>;

/** `wb lsns`: lists namespaces. */
export function lsnsCommand(args: readonly string[]): number {
  const { flags, words } = parseOptions("lsns", LSNS.flags, args, { permute: true });
  if (flags.help === true || flags.version === true) {
    writeAll(flags.help === true ? commandHelp(LSNS) : versionText);
    return 0;
  }
  const wanted = words[0] === undefined ? undefined : inodeOption(words[0]);
  const { json = false, raw = false, noheadings = false, nowrap = false } = flags;
  if (json && raw) throw usage("lsns", "--json and --raw exclude each other");
  if (wanted !== undefined && flags.task !== undefined)
    throw usage("lsns", "--task and a namespace exclude each other");
  const tree = treeOption(flags, wanted);
  const columns = columnsOption(flags, wanted);
  printTable({
    name: "namespaces",
    columns: tree === "owner" || tree === "parent" ? columns.map(leftAlignedTree) : columns,
    rows: wanted === undefined ? rowsOfAll(flags, tree) : rowsOfOne(wanted, tree),
    format: json ? "json" : raw ? "raw" : "table",
    noheadings,
    nowrap,
    width: flags.notruncate === true ? undefined : process.stdout.columns,
    tree: tree === "owner" || tree === "parent" ? "NS" : "COMMAND",
  });
  return 0;
}

function rowsOfOne(inode: number, tree: Tree): Row[] {
  const one = list().find((candidate) => candidate.inode === inode);
  if (one === undefined) throw new UserError(`not found namespace: ${inode}`);
  return processRows(one, tree);
}

function rowsOfAll(flags: LsnsFlags, tree: Tree): Row[] {
  const kinds = new Set((flags.type ?? []).map(kindOption));
  const pid = flags.task === undefined ? undefined : pidOption("lsns", "--task", flags.task);
  const ofTask = pid === undefined ? undefined : namespacesOf(pid);
  if (ofTask?.size === 0) throw new UserError(`there is no process ${pid}, or it is another user's`);
  const isTree = tree === "parent" || tree === "owner";
  const counted = ({ kind }: NamespaceInfo): boolean => kinds.size === 0 || kinds.has(kind);
  const shown = (one: NamespaceInfo): boolean => {
    if (!counted(one)) return false;
    if (flags.persistent === true) return one.processes === 0;
    return ofTask === undefined ? isTree || one.processes > 0 || one.paths.length > 0 : ofTask.has(one.inode);
  };
  return namespaceRows(list(), { shown, counted, tree });
}

/** The default is a tree of processes; not for all columns, where lsns(8) prints a list. */
function treeOption(flags: LsnsFlags, wanted: number | undefined): Tree {
  const { tree, list: plain = false } = flags;
  if (tree === true) return "owner";
  if (tree !== undefined) return wordOption("lsns", "--tree", tree, ["parent", "owner", "process"]);
  return plain || (flags["output-all"] === true && wanted === undefined) ? "none" : "process";
}

function columnsOption(flags: LsnsFlags, wanted: number | undefined): Column[] {
  const { output, type = [] } = flags;
  const network = type.includes("net") ? ["NETNSID", "NSFS"] : [];
  const usual =
    flags["output-all"] === true
      ? Object.keys(COLUMNS)
      : wanted === undefined
        ? ["NS", "TYPE", "NPROCS", "PID", "USER", ...network, "COMMAND"]
        : ["PID", "PPID", "USER", "COMMAND"];
  const more = output?.startsWith("+") === true ? output.slice(1).split(",") : [];
  const names = output === undefined || more.length > 0 ? [...usual, ...more] : output.split(",");
  return names.map((name) => {
    const column = COLUMNS[name.toUpperCase()];
    if (column === undefined)
      throw usage("lsns", `unknown column ${JSON.stringify(name)}: ${Object.keys(COLUMNS).join(", ")}`);
    return column;
  });
}

/** Numbers with branches before them begin at the left. */
function leftAlignedTree(column: Column): Column {
  return column.name === "NS" ? { ...column, right: false } : column;
}

function kindOption(text: string): Namespace {
  const kinds = Object.keys(NAMESPACES) as Namespace[];
  const file = wordOption(
    "lsns",
    "--type",
    text,
    kinds.map((kind) => NAMESPACES[kind].file),
  );
  return kinds.find((kind) => NAMESPACES[kind].file === file) ?? "net";
}

function inodeOption(text: string): number {
  return naturalOption("lsns", "NAMESPACE", text, { most: 0xffff_ffff, meant: "the number of a namespace" });
}
