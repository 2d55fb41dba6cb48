import { closeOnExec, sync } from "@wb/ns";
import { type SeccompFilter, seccompStep } from "@wb/security";
import type { Program } from "@wb/syscall";

/** Where a filter of system calls is put on: in one of two places. */
export interface SeccompSteps {
  /** Before capabilities are given up: without no_new_privs it needs CAP_SYS_ADMIN. */
  readonly privileged: Program;
  /** Directly before the command, where the filter has to allow nothing but execve(2). */
  readonly beforeCommand: Program;
}

export const NO_FILTER: SeccompSteps = { privileged: [], beforeCommand: [] };

/** The cell with the listener of a filter. */
const LISTENER = "seccomp listener";

/**
 * The Steps of `linux.seccomp`. The listener of a filter that notifies is handed over while the process waits: its execve(2)
 * closes it.
 */
export function seccompSteps(
  filter: SeccompFilter,
  { noNewPrivileges }: { readonly noNewPrivileges: boolean },
): SeccompSteps {
  if (filter.notifies) {
    return {
      privileged: [closeOnExec, seccompStep(filter, { listener: LISTENER }), ...sync("listener", { cell: LISTENER })],
      beforeCommand: [],
    };
  }
  const steps = [seccompStep(filter)];
  return noNewPrivileges
    ? { privileged: [], beforeCommand: steps }
    : { privileged: [closeOnExec, ...steps], beforeCommand: [] };
}
