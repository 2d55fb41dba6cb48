/**
 * - `WB_CGROUP_PATH`: the path of a group is none, or leaves the hierarchy
 * - `WB_CGROUP_CONTROLLER`: a limit needs a controller that this machine does not offer
 * - `WB_CGROUP_LIMIT`: a limit is out of range, or cannot be expressed on the version that is mounted
 * - `WB_CGROUP_EXISTS`: there is a group of that name
 * - `WB_CGROUP_CREATE`: a group's directory or one of its files was refused
 * - `WB_CGROUP_WRITE`: the kernel refused a value
 * - `WB_CGROUP_GONE`: there is no such group
 * - `WB_CGROUP_BUSY`: processes were still in the group when the time was up
 * - `WB_CGROUP_SYSTEMD`: systemd could not be reached over D-Bus, or refused
 * - `WB_CGROUP_DELEGATION`: limits need a group that was delegated to this user, and none was
 */
export type CgroupErrorCode =
  | "WB_CGROUP_PATH"
  | "WB_CGROUP_CONTROLLER"
  | "WB_CGROUP_LIMIT"
  | "WB_CGROUP_EXISTS"
  | "WB_CGROUP_CREATE"
  | "WB_CGROUP_WRITE"
  | "WB_CGROUP_GONE"
  | "WB_CGROUP_BUSY"
  | "WB_CGROUP_SYSTEMD"
  | "WB_CGROUP_DELEGATION";

export interface CgroupErrorDetails {
  /** What can be done about it. */
  readonly hint?: string | undefined;
  /** The file or directory that it is about. */
  readonly path?: string | undefined;
  /** The value that was refused. */
  readonly value?: string | undefined;
  /** The system call behind it: a SyscallError, or an error of node:fs, which has the same fields. */
  readonly cause?: unknown;
}

/** Something about control groups that could not be done. Its message names the file and the value. */
export class CgroupError extends Error {
  readonly code: CgroupErrorCode;
  readonly hint?: string;
  readonly path?: string;
  readonly value?: string;

  constructor(code: CgroupErrorCode, message: string, { hint, path, value, cause }: CgroupErrorDetails = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    if (hint !== undefined) this.hint = hint;
    if (path !== undefined) this.path = path;
    if (value !== undefined) this.value = value;
  }
}

Object.defineProperty(CgroupError.prototype, "name", { value: "CgroupError", configurable: true, writable: true });
