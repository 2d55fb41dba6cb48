import { readFileSync, readlinkSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import type { ContainerRecord } from "./container-record.ts";

/** Whether the container's first process lives, and is no other that has its pid by now. */
export function isAlive(record: ContainerRecord): boolean {
  return livingInit(record) !== undefined;
}

/** What the kernel says of the container's first process, if it lives, and is no other that has its pid by now. */
export function livingInit({
  init_process_pid: pid,
  init_process_start: start,
}: ContainerRecord): ProcessStat | undefined {
  const found = processStat(pid);
  return found !== undefined && found.start === start && found.state !== "Z" && found.state !== "X" ? found : undefined;
}

/** Some fields of proc_pid_stat(5). */
export interface ProcessStat {
  readonly comm: string;
  readonly state: string;
  /** Its parent, as the reader's PID namespace knows it. */
  readonly ppid: number;
  /** In clock ticks after boot. */
  readonly start: number;
}

/** Undefined when there is no such process. */
export function processStat(pid: number): ProcessStat | undefined {
  if (pid <= 0) return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the name, may have any bytes in it; Node reads UTF-8 in half the time of others.
    const end = text.lastIndexOf(")");
    const fields = text.slice(end + 2).split(" ", 20);
    const comm = text.slice(text.indexOf("(") + 1, end);
    return { comm, state: fields[0] ?? "", ppid: Number(fields[1]), start: Number(fields[19]) };
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}

/** Whether it may still be the set-up, by its name alone: that of its memfd, or before Linux 6.14 the number of that (543841d18060). */
export function mayBeSetUp({ comm }: ProcessStat): boolean {
  return /^(?:memfd:wb|\d+)$/.test(comm);
}

/** Whether it still is the sealed memfd that makes the set-up, and not its command yet. */
export function isSetUp(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`).startsWith("/memfd:wb");
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "EACCES", "EPERM")) return true;
    throw error;
  }
}
