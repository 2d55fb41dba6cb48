import { readFileSync } from "node:fs";
import { call, closeFd, ignoring, into, isErrno, run, step } from "@wb/syscall";

/** A process, so that another one that got its id is not taken for it. */
export interface KnownProcess {
  readonly pid: number;
  /** In clock ticks since the boot, proc_pid_stat(5); undefined where a program wrote its process id by itself. */
  readonly started?: number | undefined;
}

/** What is written of a process: `PID STARTED`. */
export function processText(pid: number): string {
  return `${pid} ${startOf(pid) ?? 0}\n`;
}

/** Reads what {@link processText}, or a program itself, has written; undefined where there is none. */
export function readProcessFile(path: string): KnownProcess | undefined {
  const [, pid, started] = /^([1-9]\d*)(?: (\d+))?\n?$/.exec(readOr(path)) ?? [];
  if (pid === undefined) return undefined;
  return { pid: Number(pid), started: started === undefined ? undefined : Number(started) };
}

/**
 * A pidfd of a process that was written down in a file, if it is still there. Without its start it is one whose command line has the path of the
 * file. The caller closes it.
 */
export function openKnownProcess(path: string): number | undefined {
  const known = readProcessFile(path);
  if (known === undefined) return undefined;
  const { pid, started } = known;
  const pidfd = run([
    step(`refer to the process ${pid}`, [into("pidfd", ignoring(call("pidfd_open", pid, 0), "ESRCH", "EINVAL"))]),
  ]).number("pidfd");
  if (pidfd < 0) return undefined;
  // What is read is of the process that the pidfd refers to, or of another one if that has ended, which differs.
  const isIt =
    started === undefined
      ? readOr(`/proc/${pid}/cmdline`).split("\0").includes(`--pid=${path}`)
      : startOf(pid) === started;
  if (isIt) return pidfd;
  closeFd(pidfd);
  return undefined;
}

/** The command in the second field may have blanks and parentheses. */
function startOf(pid: number): number | undefined {
  const stat = readOr(`/proc/${pid}/stat`);
  const started = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
  return stat === "" || !Number.isInteger(started) ? undefined : started;
}

function readOr(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "EACCES", "ENOTDIR")) return "";
    throw error;
  }
}
