import { call, PR, type Step, step } from "@wb/syscall";

/**
 * The Step that sets the flags which change how the kernel treats root's capabilities, capabilities(7), and clears all
 * others. It needs CAP_SETPCAP: it stands before the capabilities change.
 *
 * @example
 * securebitsStep(SECBIT.NOROOT | SECBIT.NOROOT_LOCKED); // root is a user like any other
 */
export function securebitsStep(bits: number): Step {
  return step("set the secure bits", [call("prctl", PR.SET_SECUREBITS, bits)]);
}
