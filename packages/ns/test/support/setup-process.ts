/** Processes that are held while they are set up. */
import { readdirSync, readFileSync } from "node:fs";
import { AT_FDCWD, call, into, O, type Program, step } from "@wb/syscall";
import { waitFor } from "@wb/testing";

/** Set-up that waits until a FIFO is opened for writing. */
export function waitingFor(fifo: string): Program {
  return [step("wait for a FIFO", [into("fifo", call("openat", AT_FDCWD, fifo, O.RDONLY | O.CLOEXEC, 0))])];
}

/** The child of this process that waits in openat(2) for the FIFO. */
export function setupProcess(): Promise<number> {
  return waitFor(() => setupProcessOf(process.pid));
}

export function setupProcessOf(parent: number): number {
  for (const thread of readdirSync(`/proc/${parent}/task`)) {
    for (const pid of readFileSync(`/proc/${parent}/task/${thread}/children`, "utf8").split(" ").filter(Boolean)) {
      // openat(2) is 257 on x86-64, 56 on arm64.
      if (/^(257|56) /u.test(readFileSync(`/proc/${pid}/syscall`, "utf8"))) return Number(pid);
    }
  }
  throw new Error(`no child of ${parent} waits`);
}
