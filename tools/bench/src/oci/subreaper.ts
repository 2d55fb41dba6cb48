import { call, run, step } from "@wb/syscall";

/**
 * A container's process outlives the `create` that made it. From here on it becomes a child of this process: its CPU time is
 * counted then, that of `runc init` with its Go runtime, too, and its end can be waited for.
 */
export function becomeSubreaper(): void {
  run([step("get the children of children", [call("prctl", PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)])]);
}

/** Waits for the end of one, and reaps it. */
export function reap(pid: number): void {
  run([step(`wait for process ${pid}`, [call("wait4", pid, null, 0, null)])]);
}

const PR_SET_CHILD_SUBREAPER = 36;
