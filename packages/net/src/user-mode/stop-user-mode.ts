import { rmSync } from "node:fs";
import { call, closeFd, ignoring, run, SIG, step } from "@wb/syscall";
import { openKnownProcess } from "./process-file.ts";
import { waitForFds } from "./wait-for-fds.ts";

/** What is in the directory of a namespace's network. */
export const USER_MODE_FILES = { pid: "pid", log: "log", api: "api" } as const;

/**
 * Ends the program that {@link startUserMode} has started, waits until it has given back its ports, and removes its directory. What is gone already,
 * or was never started, is no error; another process that got the same id is left alone.
 */
export function stopUserMode(directory: string): void {
  const pidfd = openKnownProcess(`${directory}/${USER_MODE_FILES.pid}`);
  if (pidfd !== undefined) {
    try {
      endProcess(pidfd);
    } finally {
      closeFd(pidfd);
    }
  }
  rmSync(directory, { recursive: true, force: true });
}

/** Asks it to end, and then makes it. */
export function endProcess(pidfd: number): void {
  for (const signal of [SIG.TERM, SIG.KILL]) {
    run([step("end the program", [ignoring(call("pidfd_send_signal", pidfd, signal, null, 0), "ESRCH")])]);
    if (waitForFds([pidfd], PATIENCE)[0] === true) return;
  }
}

/** Milliseconds: it takes some 30, in which the kernel removes its link. */
const PATIENCE = 2000;
