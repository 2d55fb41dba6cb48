import type { SyscallError } from "./syscall-error.ts";
import { ERRNO, type ErrnoName } from "./uapi/errno.generated.ts";

/** What every SyscallError has. */
export const MARK: unique symbol = Symbol.for("@wb/syscall/SyscallError");

/** Also true for an error of another copy of this package, which `instanceof` would miss. */
export function isSyscallError(error: unknown): error is SyscallError {
  return typeof error === "object" && error !== null && MARK in error;
}

/** Whether it is one, and of one of these errors. */
export function isErrno(error: unknown, ...names: readonly ErrnoName[]): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    names.some((name) => error.code === name && name in ERRNO)
  );
}
