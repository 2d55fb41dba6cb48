import { call, into, pointer, SECCOMP, sockFprog, type Step, step } from "@wb/syscall";
import type { SeccompFilter } from "./compile.ts";

export interface SeccompStepOptions {
  /** The cell that gets the file descriptor of the listener, which execve(2) closes. Needed for a filter that notifies. */
  readonly listener?: string;
}

/**
 * The Step that puts a filter on the process, seccomp(2), for itself and all that it makes.
 *
 * It needs no_new_privs, or CAP_SYS_ADMIN in the user namespace. So it stands right before execve(2) where `noNewPrivs` is
 * wanted, and else before the Steps that give up capabilities: the calls after it must pass the filter.
 *
 * @throws TypeError for a filter that notifies, without a cell for its listener
 * @example
 * seccompStep(compileSeccomp(profile), { listener: "listener" });
 */
export function seccompStep({ program, flags, notifies }: SeccompFilter, { listener }: SeccompStepOptions = {}): Step {
  const len = program.length / 8;
  const made = call("seccomp", SECCOMP.SET_MODE_FILTER, flags, pointer(sockFprog, { len, filter: program }));
  if (!notifies) return step(`filter system calls, ${len} instructions`, [made]);
  if (listener === undefined) throw new TypeError("a filter with SCMP_ACT_NOTIFY needs a cell for its listener");
  return step(`filter system calls, ${len} instructions, with a listener`, [into(listener, made)]);
}
