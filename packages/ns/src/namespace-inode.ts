import { readlinkSync } from "node:fs";
import { isErrno } from "@wb/syscall";

/**
 * The inode number that names a namespace of a process, proc_pid_ns(5); undefined when the process has ended or is another
 * user's, or the kernel has no such kind.
 *
 * @param process a process id; this thread's own namespaces are those of `thread-self`, since Linux 3.17
 * @param file what is in /proc/PID/ns
 */
export function namespaceInode(process: number | "thread-self", file: string): number | undefined {
  try {
    return Number(/\[(\d+)\]$/.exec(readlinkSync(`/proc/${process}/ns/${file}`))?.[1]);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "EACCES", "EPERM")) return undefined;
    throw error;
  }
}
