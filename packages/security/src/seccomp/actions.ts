import { ERRNO, SECCOMP_RET } from "@wb/syscall";
import type { SeccompAction } from "./oci-seccomp.ts";
import { SeccompProfileError } from "./profile-error.ts";

/**
 * What a filter returns for an action, seccomp(2).
 *
 * @param path where the action stands; `errno` is the name of the property beside it
 */
export function returnValue(action: SeccompAction, errno: number | null | undefined, path: Path): number {
  const row = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (row === undefined)
    throw new SeccompProfileError(path.action, action, `is no action: ${Object.keys(ACTIONS).join(", ")}`);
  if (row.most === 0) {
    // The specification has an errno beside another action be an error.
    if (errno !== undefined && errno !== null)
      throw new SeccompProfileError(path.errno, errno, `${action} has no errno`);
    return row.value;
  }
  const data = errno ?? ERRNO.EPERM;
  if (!Number.isInteger(data) || data < 0 || data > row.most)
    throw new SeccompProfileError(path.errno, data, `is no errno of ${action}: 0 to ${row.most}`);
  return row.value + data;
}

/** Where an action and its errno stand in the profile. */
interface Path {
  readonly action: string;
  readonly errno: string;
}

/** MAX_ERRNO, linux/err.h: the kernel takes no higher one. */
const MAX_ERRNO = 4095;

/** `most` is the largest number that goes with the action. */
export const ACTIONS: Readonly<Partial<Record<string, { readonly value: number; readonly most: number }>>> = {
  SCMP_ACT_KILL: { value: SECCOMP_RET.KILL_THREAD, most: 0 },
  SCMP_ACT_KILL_PROCESS: { value: SECCOMP_RET.KILL_PROCESS, most: 0 },
  SCMP_ACT_KILL_THREAD: { value: SECCOMP_RET.KILL_THREAD, most: 0 },
  SCMP_ACT_TRAP: { value: SECCOMP_RET.TRAP, most: 0 },
  SCMP_ACT_ERRNO: { value: SECCOMP_RET.ERRNO, most: MAX_ERRNO },
  SCMP_ACT_TRACE: { value: SECCOMP_RET.TRACE, most: 0xffff },
  SCMP_ACT_ALLOW: { value: SECCOMP_RET.ALLOW, most: 0 },
  SCMP_ACT_LOG: { value: SECCOMP_RET.LOG, most: 0 },
  SCMP_ACT_NOTIFY: { value: SECCOMP_RET.USER_NOTIF, most: 0 },
};
