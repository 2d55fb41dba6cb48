import { readFileSync, writeSync } from "node:fs";
import { list, type Namespace, type NamespaceInfo, NAMESPACES } from "@wb/ns";
import { describeFlags, parseFlags, usage } from "../flags.ts";
import { UserError } from "../user-error.ts";
import { type Column, printTable, type Row } from "./table.ts";

/** The options of lsns(8). */
const FLAGS = {
  json: { type: "boolean", short: "J", help: "Print JSON" },
  list: { type: "boolean", short: "l", help: "No tree" },
  noheadings: { type: "boolean", short: "n", help: "No headings" },
  output: {
    type: "string",
    short: "o",
    value: "COLUMNS",
    help: "Which columns: NS,TYPE,PATH,NPROCS,PID,PPID,COMMAND,UID,USER,NETNSID,NSFS,PNS,ONS",
  },
  "output-all": { type: "boolean", help: "All columns" },
  task: { type: "string", short: "p", value: "PID", help: "The namespaces of a process" },
  raw: { type: "boolean", short: "r", help: "Words between single spaces" },
  notruncate: { type: "boolean", short: "u", help: "Accepted: nothing is truncated" },
  nowrap: { type: "boolean", short: "W", help: "Accepted: nothing is wrapped" },
  type: { type: "string", short: "t", value: "TYPE", help: "Only mnt, net, ipc, user, pid, uts, cgroup or time" },
  help: { type: "boolean", short: "h", help: "Show this" },
} as const;

const HELP = `Usage: wb lsns [FLAGS] [NAMESPACE]

List namespaces, as lsns(8) does; with an inode number, the processes of one.

${describeFlags(FLAGS)}

Examples:
  wb lsns -t net
  wb lsns -p $$ --json
`;

/** `wb lsns`: lists namespaces. */
export function lsnsCommand(args: readonly string[]): number {
  const { flags, words } = parseFlags("lsns", FLAGS, args);
  if (flags.help === true) {
    writeSync(1, HELP);
    return 0;
  }
  const kind = flags.type === undefined ? undefined : kindOption(flags.type);
  const pid = flags.task === undefined ? undefined : numberOption("--task", flags.task);
  const wanted = words[0] === undefined ? undefined : numberOption("NAMESPACE", words[0]);
  const found = list(pid === undefined ? {} : { pids: [pid] }).filter(
    (one) => (kind === undefined || one.kind === kind) && (wanted === undefined || one.inode === wanted),
  );
  if (found.length === 0) throw new UserError(notFound(pid, wanted));
  const names =
    flags["output-all"] === true
      ? Object.keys(COLUMNS)
      : (flags.output?.toUpperCase().split(",") ?? defaultColumns(kind));
  const columns = names.map((name) => {
    const column = COLUMNS[name];
    if (column === undefined)
      throw usage("lsns", `unknown column ${JSON.stringify(name)}: ${Object.keys(COLUMNS).join(", ")}`);
    return column;
  });
  const { json = false, noheadings = false, raw = false } = flags;
  printTable({
    name: "namespaces",
    columns,
    rows: rowsOf(found, users()),
    json,
    noheadings,
    raw,
    tree: flags.list === true || raw ? undefined : "COMMAND",
  });
  return 0;
}

const COLUMNS: Readonly<Record<string, Column | undefined>> = {
  NS: { name: "NS", right: true, number: true },
  TYPE: { name: "TYPE" },
  PATH: { name: "PATH" },
  NPROCS: { name: "NPROCS", right: true, number: true },
  PID: { name: "PID", right: true, number: true },
  PPID: { name: "PPID", right: true, number: true },
  COMMAND: { name: "COMMAND" },
  UID: { name: "UID", right: true, number: true },
  USER: { name: "USER" },
  NETNSID: { name: "NETNSID", right: true },
  NSFS: { name: "NSFS" },
  PNS: { name: "PNS", right: true, number: true },
  ONS: { name: "ONS", right: true, number: true },
};

function defaultColumns(kind: Namespace | undefined): string[] {
  return ["NS", "TYPE", "NPROCS", "PID", "USER", ...(kind === "net" ? ["NETNSID", "NSFS"] : []), "COMMAND"];
}

function rowsOf(found: readonly NamespaceInfo[], names: ReadonlyMap<number, string>): Row[] {
  return found.map((one) => {
    const ppid = one.pid === undefined ? undefined : parentOf(one.pid);
    return {
      id: one.inode,
      // Below the namespace whose first process is this one's parent.
      parent: ppid === undefined ? undefined : found.find(({ kind, pid }) => kind === one.kind && pid === ppid)?.inode,
      cells: {
        NS: one.inode,
        TYPE: NAMESPACES[one.kind].file,
        PATH: one.pid === undefined ? one.paths[0] : `/proc/${one.pid}/ns/${NAMESPACES[one.kind].file}`,
        NPROCS: one.processes,
        PID: one.pid,
        PPID: ppid,
        COMMAND: one.command,
        UID: one.uid,
        USER: one.uid === undefined ? undefined : (names.get(one.uid) ?? String(one.uid)),
        NETNSID: one.netnsId === undefined ? undefined : String(one.netnsId),
        NSFS: one.paths.length === 0 ? undefined : one.paths.join("\n"),
        PNS: one.parent ?? 0,
        ONS: one.owner ?? 0,
      },
    };
  });
}

function parentOf(pid: number): number | undefined {
  const ppid = /^PPid:\t(\d+)$/m.exec(readIfThere(`/proc/${pid}/status`))?.[1];
  return ppid === undefined ? undefined : Number(ppid);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The process has ended.
    return "";
  }
}

/** The names of users, passwd(5). */
function users(): ReadonlyMap<number, string> {
  const lines = readIfThere("/etc/passwd")
    .split("\n")
    .filter((line) => line !== "");
  return new Map(lines.map((line): [number, string] => [Number(line.split(":")[2]), line.split(":")[0] ?? ""]));
}

function kindOption(text: string): Namespace {
  const found = (Object.keys(NAMESPACES) as Namespace[]).find((kind) => NAMESPACES[kind].file === text);
  if (found === undefined)
    throw usage("lsns", `unknown namespace type ${JSON.stringify(text)}: mnt, net, ipc, user, pid, uts, cgroup, time`);
  return found;
}

function numberOption(name: string, text: string): number {
  if (!/^\d{1,10}$/.test(text))
    throw usage("lsns", `invalid argument ${JSON.stringify(text)} for ${name}: a number is meant`);
  return Number(text);
}

function notFound(pid: number | undefined, wanted: number | undefined): string {
  if (wanted !== undefined) return `not found namespace: ${wanted}`;
  return pid === undefined ? "no namespaces were found" : `there is no process ${pid}, or it is another user's`;
}
