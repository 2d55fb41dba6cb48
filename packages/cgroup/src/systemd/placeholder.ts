import { call, type Child, closeFd, isErrno, PR, SIG, spawn, step, tell, tryWait } from "@wb/syscall";

/** A process that does nothing but be in a group. */
export interface Placeholder {
  readonly pid: number;
  /** Kills and reaps it, once. */
  end(): void;
}

/**
 * Starts a process of a few pages that waits for its end: a scope cannot be made without a process, and ends when it has none.
 * It dies with the thread that made it, even by SIGKILL.
 *
 * @throws SyscallError
 */
export function startPlaceholder(): Placeholder {
  const child = spawn([...alive, waiting], { name: "wb-placeholder" });
  try {
    // By then the kernel has been asked to kill it.
    child.report.nextSync();
  } finally {
    child.report.close();
  }
  let isThere = true;
  return {
    pid: child.pid,
    end: () => {
      if (isThere) endChild(child);
      isThere = false;
    },
  };
}

const alive = [
  step("die with the parent", [call("prctl", PR.SET_PDEATHSIG, SIG.KILL), call("chdir", "/")]),
  // Fails, and so ends it, when the parent died before.
  tell("ready"),
];

const waiting = step("wait, without the parent's files", [
  call("close_range", 0, 0xffff_ffff, 0),
  call("ppoll", null, 0, null, null, 8),
]);

function endChild({ pid, pidfd }: Child): void {
  try {
    // It has not been waited for: the pid is still its own.
    process.kill(pid, "SIGKILL");
    tryWait(pidfd, { block: true });
  } catch (error) {
    // Somebody else has: an embedder that waits for all children.
    if (!isErrno(error, "ECHILD", "ESRCH")) throw error;
  } finally {
    closeFd(pidfd);
  }
}
