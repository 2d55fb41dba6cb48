import { call, ignoring, into, run, step } from "@wb/syscall";
import type { ContainerRecord } from "../lifecycle/container-record.ts";
import { isAlive } from "../lifecycle/init-process.ts";
import { ownedFd } from "../lifecycle/owned-fd.ts";

/** A pidfd of a container's first process, and of no other that has its pid by now; undefined when it has ended. */
export function openProcess(record: ContainerRecord): ({ readonly fd: number } & Disposable) | undefined {
  const pid = record.init_process_pid;
  const made = run([
    step(`refer to process ${pid}`, [into("pidfd", ignoring(call("pidfd_open", pid, 0), "ESRCH", "EINVAL"))]),
  ]);
  if (made.number("pidfd") < 0) return undefined;
  const pidfd = ownedFd(made.number("pidfd"));
  // Looked at after it was opened.
  if (isAlive(record)) return pidfd;
  pidfd[Symbol.dispose]();
  return undefined;
}
