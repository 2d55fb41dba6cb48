import { closeOthers } from "@wb/ns";
import { call, closeFd, type Integer, type Program, type Step, spawn, step } from "@wb/syscall";
import { leaveGroups } from "./leave-groups.ts";

/** What a process is to have of this one's: cells, and file descriptors by the same numbers. */
export interface Detached {
  /** What ps(1) shows. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, Integer>>;
  readonly inherit: readonly number[];
}

/** In a session of its own, and on no file system that somebody may want to unmount. */
export const leaveSession: Step = step("leave the session and the directory of the caller", [
  call("setsid"),
  call("chdir", "/"),
]);

/**
 * Starts a Program that stays when this process ends, and is nobody's: of its session, its directory, its files and its control groups
 * it has none. What fails in it nobody hears.
 *
 * @returns its pid
 */
export function spawnDetached(program: Program, { name, inputs, inherit }: Detached): number {
  const made = spawn([closeOthers(inherit), leaveSession, leaveGroups(), ...program], { name, inputs, inherit });
  made.report.close();
  closeFd(made.pidfd);
  return made.pid;
}
