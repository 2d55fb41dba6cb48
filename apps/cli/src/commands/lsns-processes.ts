import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { type Namespace, NAMESPACES } from "@wb/ns";
import { isErrno } from "@wb/syscall";

/** A process as lsns(8) shows it. */
export interface Process {
  readonly pid: number;
  readonly ppid: number;
  readonly uid: number;
  /** Its command line, or its name where it has none. */
  readonly command: string;
}

/** A process by its id; undefined when it has ended. */
export function readProcess(pid: number): Process | undefined {
  return unlessGone(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in parentheses and may hold any character, proc_pid_stat(5).
    const [, name = "", ppid] = /^\d+ \((.*)\) \S (\d+)/s.exec(stat) ?? [];
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").replace(/\0+$/, "");
    const command = words === "" ? name : words.replaceAll("\0", " ");
    return { pid, ppid: Number(ppid), uid: statSync(`/proc/${pid}`).uid, command };
  });
}

/** The processes in a namespace, by their ids. */
export function processesIn(kind: Namespace, inode: number): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .toSorted((a, b) => a - b)
    .filter((pid) => namespaceOf(pid, kind) === inode)
    .flatMap((pid) => readProcess(pid) ?? []);
}

/** The inodes of a process's namespaces; empty when it is gone, or another user's. */
export function namespacesOf(pid: number): ReadonlySet<number> {
  const inodes = (Object.keys(NAMESPACES) as Namespace[]).map((kind) => namespaceOf(pid, kind));
  return new Set(inodes.filter((inode) => inode !== undefined));
}

function namespaceOf(pid: number, kind: Namespace): number | undefined {
  const link = unlessGone(() => readlinkSync(`/proc/${pid}/ns/${NAMESPACES[kind].file}`));
  return link === undefined ? undefined : Number(/\[(\d+)\]$/.exec(link)?.[1]);
}

function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "EACCES", "EPERM")) return undefined;
    throw error;
  }
}
