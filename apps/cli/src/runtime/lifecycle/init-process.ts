import { readFileSync, readlinkSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import type { ContainerRecord } from "./container-record.ts";

/** Whether the container's first process lives, and is no other that has its pid by now. */
export function isAlive({ init_process_pid: pid, init_process_start: start }: ContainerRecord): boolean {
  const found = processStat(pid);
  return found !== undefined && found.start === start && found.state !== "Z" && found.state !== "X";
}

/** proc_pid_stat(5), fields 3 and 22; undefined when there is no such process. */
export function processStat(pid: number): { readonly state: string; readonly start: number } | undefined {
  if (pid <= 0) return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the name, may have any bytes in it; Node reads UTF-8 in half the time of others.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", start: Number(fields[19]) };
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
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
