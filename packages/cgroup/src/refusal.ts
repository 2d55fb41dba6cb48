import type { Call, Step, SyscallError } from "@wb/syscall";
import { blockerBelow } from "./blocker.ts";
import { CgroupError } from "./error.ts";
import type { Read } from "./layout.ts";
import type { Failure } from "./perform.ts";

export interface RefusalOptions {
  /** Reads what a hint tells. */
  readonly read: Read;
  /** What was made before and could not be removed again. */
  readonly left?: readonly string[];
  /** The changes that were made before and could not be taken back. */
  readonly kept?: readonly string[];
}

/** The error for a Step of a plan that failed: it names the file and the value, and the remedy where one is known. */
export function refusal({ step, error }: Failure, { read, left = [], kept = [] }: RefusalOptions): CgroupError {
  const file = fileOf(step) ?? "";
  const value = valueOf(step);
  const remedy = hintFor({ file, value: value ?? "", code: error.code, syscall: error.syscall, read });
  const hint = remains(left, kept) ?? remedy;
  const details = { path: file, value, cause: error, hint };
  if (error.syscall === "mkdirat") {
    return error.code === "EEXIST"
      ? new CgroupError("WB_CGROUP_EXISTS", `there is a cgroup ${file} already`, details)
      : new CgroupError("WB_CGROUP_CREATE", `cannot make the cgroup ${file}: ${reason(error)}`, details);
  }
  if (value === undefined)
    return new CgroupError("WB_CGROUP_CREATE", `cannot ${step.label}: ${error.message}`, {
      ...details,
      path: error.path ?? file,
    });
  return new CgroupError(
    "WB_CGROUP_WRITE",
    `cannot write ${JSON.stringify(value)} to ${file}: ${reason(error)}`,
    details,
  );
}

function remains(left: readonly string[], kept: readonly string[]): string | undefined {
  if (left.length > 0) return `remove what could not be removed again: rmdir ${left.join(" ")}`;
  return kept.length === 0 ? undefined : `what was done before could not be taken back: ${kept.join("; ")}`;
}

/** `EBUSY, Device or resource busy`: the end of the message. */
function reason({ message, code }: SyscallError): string {
  return message.slice(Math.max(0, message.lastIndexOf(`: ${code}`) + 2));
}

function callsOf({ body }: Step): Call[] {
  return body.filter((instruction) => "call" in instruction);
}

/** The file that a Step writes a text to; undefined for one that does something else. */
export function writtenFile(step: Step): string | undefined {
  return valueOf(step) === undefined ? undefined : fileOf(step);
}

function fileOf(step: Step): string | undefined {
  return callsOf(step)
    .map(({ args }) => args[1])
    .find((argument) => typeof argument === "string");
}

function valueOf(step: Step): string | undefined {
  const text = callsOf(step).find(({ call }) => call === "write")?.args[1];
  return typeof text === "string" ? text : undefined;
}

interface Refused {
  readonly file: string;
  readonly value: string;
  readonly code: string;
  readonly syscall: string;
  readonly read: Read;
}

function hintFor(refused: Refused): string | undefined {
  const name = refused.file.slice(refused.file.lastIndexOf("/") + 1);
  const row = HINTS.find(
    ({ files, codes, syscall }) =>
      codes.includes(refused.code) && files.test(name) && (syscall ?? refused.syscall) === refused.syscall,
  );
  return typeof row?.hint === "function" ? row.hint(refused) : row?.hint;
}

interface Hint {
  readonly files: RegExp;
  readonly codes: readonly string[];
  readonly syscall?: string;
  readonly hint: string | ((refused: Refused) => string);
}

const CPU_SHARE =
  "the share of the CPU may not be above that of a group higher up, nor the quota below 1000 microseconds";

/** The first row that fits is taken. */
const HINTS: readonly Hint[] = [
  {
    files: /./,
    codes: ["EEXIST"],
    syscall: "mkdirat",
    hint: "choose another path, or remove that group when nothing uses it: rmdir removes it in one hierarchy",
  },
  {
    files: /./,
    codes: ["EROFS"],
    hint: "the cgroup file system is mounted read-only: this is a container, or mount -o remount,rw is missing",
  },
  {
    files: /./,
    codes: ["EACCES", "EPERM"],
    syscall: "mkdirat",
    hint: "making control groups needs root, or a subtree that was delegated to this user",
  },
  {
    files: /^memory\.memsw\./,
    codes: ["ENOENT", "EOPNOTSUPP"],
    hint: "this kernel does not account for swap: boot with swapaccount=1, or leave the swap limit away",
  },
  {
    files: /^memory\./,
    codes: ["EBUSY"],
    hint: "more memory is in use than that, and the kernel could not reclaim enough",
  },
  {
    files: /^(cgroup\.procs|tasks)$/,
    codes: ["ENOSPC"],
    hint: "the group has no CPUs or no memory nodes: set its cpuset.cpus and cpuset.mems first",
  },
  {
    files: /^cgroup\.subtree_control$/,
    codes: ["EBUSY"],
    hint: "processes are in that group itself: move them to a group below it (the no-internal-process rule of cgroups(7))",
  },
  {
    files: /^cgroup\.subtree_control$/,
    codes: ["ENOENT", "EINVAL"],
    hint: ({ file, read }) =>
      `controllers that it can pass on: ${read(file.replace(/subtree_control$/, "controllers"))?.trim() || "none"}`,
  },
  {
    files: /^cpu\.cfs_(quota|period)_us$/,
    codes: ["EINVAL"],
    hint: (refused) => blockerBelow(refused) ?? CPU_SHARE,
  },
  { files: /^cpu\.(cfs_|max)/, codes: ["EINVAL"], hint: CPU_SHARE },
  {
    files: /^cpuset\.(cpus|mems)$/,
    codes: ["EBUSY"],
    hint: (refused) => blockerBelow(refused) ?? "a group below it has what is not in that list",
  },
  { files: /^cpuset\.(cpus|mems)$/, codes: ["EACCES"], hint: "the group above it does not have all of that list" },
  {
    files: /^devices\.(allow|deny)$/,
    codes: ["EINVAL"],
    hint: "it has groups below it: give them their devices first",
  },
  { files: /^devices\.allow$/, codes: ["EPERM"], hint: "the group above does not allow that device either" },
  {
    files: /./,
    codes: ["ENOENT"],
    syscall: "openat",
    hint: "this kernel does not have that file, or the group was removed meanwhile",
  },
];
