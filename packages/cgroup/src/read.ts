import { readFileSync, statSync } from "node:fs";

/** What a file that is not there, or not any more, is refused with. ENODEV: its group was removed while it was open. */
const ABSENT: readonly unknown[] = ["ENOENT", "ENODEV", "ENOTDIR"];

/** The content of a file of procfs or cgroupfs, or undefined where there is none. Other errors are thrown. */
export function readIfPresent(path: string | Buffer): string | undefined {
  try {
    // Half of the files that statistics look for are another version's: to be told so costs a tenth of an exception.
    return statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : readFileSync(path, "utf8");
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** The same, and undefined for a file that can only be written: v1's `memory.force_empty`, v2's `memory.reclaim`. */
export function readIfReadable(path: string): string | undefined {
  try {
    return readIfPresent(path);
  } catch (error) {
    if (codeOf(error) === "EINVAL" || codeOf(error) === "EACCES") return undefined;
    throw error;
  }
}

/** Whether an error says that a file or a group is not there. */
export function isAbsent(error: unknown): boolean {
  return ABSENT.includes(codeOf(error));
}

/** `ENOENT`, of Node's errors and of SyscallError. */
export function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
