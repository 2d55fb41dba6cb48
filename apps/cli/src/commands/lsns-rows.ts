import { type NamespaceInfo, NAMESPACES } from "@wb/ns";
import { address, AT_FDCWD, call, ignoring, into, memory, NS, O, run, step, value } from "@wb/syscall";
import { readTable } from "../runtime/read-table.ts";
import { type Process, processesIn, readProcess } from "./lsns-processes.ts";
import type { Cell, Column, Row } from "./table.ts";

/** The columns of lsns(8). */
export const COLUMNS: Readonly<Record<string, Column | undefined>> = {
  NS: { name: "NS", width: 10, right: true, number: true },
  TYPE: { name: "TYPE", width: 5 },
  PATH: { name: "PATH" },
  NPROCS: { name: "NPROCS", width: 5, right: true, number: true },
  PID: { name: "PID", width: 5, right: true, number: true },
  PPID: { name: "PPID", width: 5, right: true, number: true },
  COMMAND: { name: "COMMAND", truncate: true },
  UID: { name: "UID", right: true, number: true },
  USER: { name: "USER" },
  NETNSID: { name: "NETNSID", right: true },
  NSFS: { name: "NSFS", multiline: true },
  PNS: { name: "PNS", width: 10, right: true, number: true },
  ONS: { name: "ONS", width: 10, right: true, number: true },
};

/** What stands below what: nothing, processes below their parents, or namespaces below their parents or owners. */
export type Tree = "none" | "process" | "parent" | "owner";

export interface Shown {
  /** Which namespaces are shown, of all that are known; others are for their sake in a tree. */
  readonly shown: (one: NamespaceInfo) => boolean;
  /** Whose processes are shown: of the kinds that were asked for. */
  readonly counted: (one: NamespaceInfo) => boolean;
  readonly tree: Tree;
}

/**
 * The rows of namespaces, as lsns(8) orders them: by their numbers. Below a process's parent means below the last row that
 * shows that process. A namespace's parent or owner comes before it, and is shown for its sake.
 */
export function namespaceRows(all: readonly NamespaceInfo[], { shown, counted, tree }: Shown): Row[] {
  const lines = new Lines();
  const byInode = new Map(all.map((one) => [one.inode, one]));
  const add = (one: NamespaceInfo): void => {
    const [parent, owner] = [one.parent, one.owner].map((inode) => byInode.get(inode ?? 0));
    const related = tree === "owner" ? owner : tree === "parent" ? (parent ?? owner) : undefined;
    if (related !== undefined && lines.below(related) === undefined) add(related);
    const leader = one.pid === undefined || !counted(one) ? undefined : readProcess(one.pid);
    const above = { none: undefined, process: leader?.ppid, parent, owner }[tree];
    lines.add(above, cellsOf(one, leader), [one, leader?.pid]);
  };
  for (const one of all)
    if (shown(one) && (tree === "none" || tree === "process" || lines.below(one) === undefined)) add(one);
  return lines.roots;
}

/** The rows of the processes in a namespace: each below its parent, where that is in it, too. */
export function processRows(one: NamespaceInfo, tree: Tree): Row[] {
  const lines = new Lines();
  const processes = new Map(processesIn(one.kind, one.inode).map((process) => [process.pid, process]));
  const add = (process: Process): void => {
    const parent = processes.get(process.ppid);
    if (tree === "process" && parent !== undefined && lines.below(parent.pid) === undefined) add(parent);
    lines.add(tree === "process" ? process.ppid : undefined, cellsOf(one, process), [process.pid]);
  };
  for (const process of processes.values()) if (lines.below(process.pid) === undefined) add(process);
  return lines.roots;
}

/** The rows as they grow, and the last one that shows a namespace or a process. */
class Lines {
  readonly roots: Row[] = [];
  readonly #last = new Map<NamespaceInfo | number, Row>();

  below(thing: NamespaceInfo | number): Row | undefined {
    return this.#last.get(thing);
  }

  add(
    above: NamespaceInfo | number | undefined,
    cells: Row["cells"],
    shows: readonly (NamespaceInfo | number | undefined)[],
  ): void {
    const row: Row = { cells, children: [] };
    const parent = above === undefined ? undefined : this.#last.get(above);
    (parent?.children ?? this.roots).push(row);
    for (const thing of shows) if (thing !== undefined) this.#last.set(thing, row);
  }
}

function cellsOf(one: NamespaceInfo, process: Process | undefined): Record<string, Cell> {
  const file = NAMESPACES[one.kind].file;
  const uid = process?.uid ?? ownerUid(one);
  return {
    NS: one.inode,
    TYPE: file,
    PATH: process === undefined ? one.paths[0] : `/proc/${process.pid}/ns/${file}`,
    NPROCS: process === undefined ? 0 : one.processes,
    PID: process?.pid,
    PPID: process?.ppid,
    COMMAND: process?.command,
    UID: uid,
    USER: uid === undefined ? undefined : (userNames().get(uid) ?? String(uid)),
    NETNSID: one.netnsId === undefined ? undefined : String(one.netnsId),
    NSFS: one.kind === "net" && one.paths.length > 0 ? one.paths.join("\n") : undefined,
    PNS: one.parent ?? 0,
    ONS: one.owner ?? 0,
  };
}

/** Of a user namespace without a process to show: who made it, NS_GET_OWNER_UID of ioctl_nsfs(2), Linux 4.11. */
function ownerUid({ kind, pid, paths }: NamespaceInfo): number | undefined {
  const path = pid === undefined ? paths[0] : `/proc/${pid}/ns/user`;
  if (kind !== "user" || path === undefined) return undefined;
  const asked = run([
    step("ask for the owner of a user namespace", [
      memory("uid", 4),
      into("file", ignoring(call("openat", AT_FDCWD, path, O.RDONLY | O.CLOEXEC, 0))),
      into("asked", ignoring(call("ioctl", value("file"), NS.GET_OWNER_UID, address("uid")))),
      ignoring(call("close", value("file"))),
    ]),
  ]);
  return asked.number("asked") === 0 ? asked.bytes("uid", 4).readUInt32LE() : undefined;
}

let names: ReadonlyMap<number, string> | undefined;

/** The names of users, passwd(5): of several for one number, the first. */
function userNames(): ReadonlyMap<number, string> {
  names ??= new Map(
    readTable("/", "etc/passwd")
      .toReversed()
      .map(([name = "", , uid]): [number, string] => [Number(uid), name]),
  );
  return names;
}
