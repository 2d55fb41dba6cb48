import { SECCOMP_FILTER_FLAG } from "@wb/syscall";
import type { OciSeccomp } from "./oci-seccomp.ts";
import { SeccompProfileError } from "./profile-error.ts";

/**
 * The flags of SECCOMP_SET_MODE_FILTER, seccomp(2), for a profile.
 *
 * Without `flags` it is SPEC_ALLOW, as in runc: the mitigation of Spectre v4 that a filter otherwise switches on is for
 * programs that bring foreign code, and slows all others down.
 *
 * @param notifies whether a rule is SCMP_ACT_NOTIFY
 * @throws SeccompProfileError for a flag that is unknown
 */
export function filterFlags({ flags }: OciSeccomp, notifies: boolean): number {
  let bits = notifies ? SECCOMP_FILTER_FLAG.NEW_LISTENER : 0;
  for (const [index, flag] of (flags ?? DEFAULT).entries()) {
    const row = Object.hasOwn(FLAGS, flag) ? FLAGS[flag] : undefined;
    if (row === undefined)
      throw new SeccompProfileError(`flags[${index}]`, flag, `is no flag: ${Object.keys(FLAGS).join(", ")}`);
    if (row.needsListener !== true || notifies) bits |= row.bit;
  }
  return bits;
}

const DEFAULT = ["SECCOMP_FILTER_FLAG_SPEC_ALLOW"] as const;

export const FLAGS: Readonly<Partial<Record<string, { readonly bit: number; readonly needsListener?: true }>>> = {
  // A new process has one thread: there is nothing to synchronize, and with a listener the kernel refuses the flag.
  SECCOMP_FILTER_FLAG_TSYNC: { bit: 0 },
  SECCOMP_FILTER_FLAG_LOG: { bit: SECCOMP_FILTER_FLAG.LOG },
  SECCOMP_FILTER_FLAG_SPEC_ALLOW: { bit: SECCOMP_FILTER_FLAG.SPEC_ALLOW },
  // EINVAL without a listener, and without meaning.
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: { bit: SECCOMP_FILTER_FLAG.WAIT_KILLABLE_RECV, needsListener: true },
};
