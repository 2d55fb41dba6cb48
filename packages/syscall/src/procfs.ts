import {
  address,
  type Call,
  call,
  ignoring,
  type Instruction,
  into,
  memory,
  pointer,
  type Step,
  step,
  value,
} from "./program.ts";
import { openHow } from "./structs/open-how.ts";
import { statfs } from "./structs/statfs.ts";
import { AT, AT_FDCWD, O } from "./uapi/fcntl.ts";
import { MAGIC } from "./uapi/magic.ts";
import { FSCONFIG, FSMOUNT, FSOPEN, MOUNT_ATTR } from "./uapi/mount.ts";
import { RESOLVE } from "./uapi/openat2.ts";
import { STATX } from "./uapi/stat.ts";

/** The cell with the file descriptor of a procfs: {@link openProcfs} fills it, {@link writeProc} resolves paths in it. */
const PROCFS = "procfs";

export interface ProcfsOptions {
  /** `pid`: processes alone, without `sys` and all else, Linux 5.8. Default: everything. */
  readonly subset?: "pid";
  /**
   * false: take /proc at once, which is as safe and 0.15 ms faster; but where something is mounted over one of its files, or
   * it is read-only, a write is an error. Default true.
   */
  readonly own?: boolean;
}

/**
 * The Step that opens a procfs for writes by {@link writeProc}: a new one, of the pid namespace that the process is in, which
 * is mounted nowhere, so that nothing can be mounted over what is in it (CVE-2025-52881, CVE-2019-16884, CVE-2019-19921).
 *
 * A process that may not mount one takes /proc, after looking that it is the root directory of a procfs and no other file
 * system or directory in its place. It stands before the Steps that change the root; {@link closeProcfs} ends it.
 */
export function openProcfs(options: ProcfsOptions = {}): Step {
  return step("open a procfs that nothing is mounted over", openedProcfs(options), "mount -t proc proc PRIVATE");
}

/** The Step after which there is no procfs to write to. The command does not get it either way: it is close-on-exec. */
export const closeProcfs: Step = step("close that procfs", [call("close", value(PROCFS))]);

/**
 * Writes a text to a file of the procfs that is open, `self/oom_score_adj` for example: what it says of `self` is about the
 * process that makes the call. openat2(2) lets the path lead neither to another mount nor out of the procfs, nor through a
 * magic link; a cell that nothing was opened into is refused (EBADF).
 *
 * @param otherwise the path to take where the kernel has none of the first name; once in a Step
 */
export function writeProc(path: string, text: string, { otherwise }: { otherwise?: string } = {}): Instruction[] {
  const file = value("proc file");
  const open = openInProcfs(path);
  const opening =
    otherwise === undefined
      ? [into("proc file", open)]
      : [
          into("proc file", ignoring(open, "ENOENT")),
          { jump: "no such file", when: { value: "proc file", lessThan: 0 } },
          { jump: "file" },
          { label: "no such file" },
          into("proc file", openInProcfs(otherwise)),
          { label: "file" },
        ];
  return [...opening, call("write", file, text, Buffer.byteLength(text)), call("close", file)];
}

/** Instructions with {@link writeProc} among them, and a procfs for them alone. */
export function withProcfs(body: readonly Instruction[], options: ProcfsOptions = {}): Instruction[] {
  return [...openedProcfs(options), ...body, call("close", value(PROCFS))];
}

function openInProcfs(path: string): Call {
  if (path.startsWith("/") || path.split("/").includes(".."))
    throw new TypeError(
      `${JSON.stringify(path)} is no path below the procfs: give it without "/" at its start or ".."`,
    );
  const how = { flags: O.WRONLY | O.CLOEXEC, resolve: RESOLVE.BENEATH | RESOLVE.NO_XDEV | RESOLVE.NO_MAGICLINKS };
  return call("openat2", value(PROCFS), path, pointer(openHow, how), openHow.size);
}

function openedProcfs({ subset, own = true }: ProcfsOptions): Instruction[] {
  if (!own) return [...checkedProc];
  const context = value("procfs context");
  return [
    into("procfs context", ignoring(call("fsopen", "proc", FSOPEN.CLOEXEC))),
    // Without this word a kernel gives everything.
    ...(subset === undefined ? [] : [ignoring(call("fsconfig", context, FSCONFIG.SET_STRING, "subset", subset, 0))]),
    ignoring(call("fsconfig", context, FSCONFIG.CMD_CREATE, null, null, 0)),
    into(PROCFS, ignoring(call("fsmount", context, FSMOUNT.CLOEXEC, ATTRIBUTES))),
    ignoring(call("close", context)),
    { jump: "no procfs of its own", when: { value: PROCFS, lessThan: 0 } },
    { jump: "procfs" },
    { label: "no procfs of its own" },
    ...checkedProc,
    { label: "procfs" },
  ];
}

const ATTRIBUTES = MOUNT_ATTR.NOSUID | MOUNT_ATTR.NODEV | MOUNT_ATTR.NOEXEC;

/** PROC_ROOT_INO, linux/fs.h: the number of a procfs's root directory, which no other directory has. */
const PROC_ROOT_INO = 1;

/** `stx_ino` of `struct statx`, linux/stat.h. */
const STX = { size: 256, ino: 32 } as const;

/** A call that always fails, for no file descriptor is -1: its path is what the error says. */
const refuse = call("openat", -1, "what is mounted on /proc is not the root of a procfs", 0, 0);

const checkedProc: readonly Instruction[] = [
  into(
    PROCFS,
    call(
      "openat2",
      AT_FDCWD,
      "/proc",
      pointer(openHow, { flags: O.PATH | O.DIRECTORY | O.CLOEXEC, resolve: RESOLVE.NO_SYMLINKS }),
      openHow.size,
    ),
  ),
  memory("procfs statfs", statfs.size),
  call("fstatfs", value(PROCFS), address("procfs statfs")),
  { jump: "a procfs", when: { value: "procfs statfs", offset: statfs.offsets.f_type, equals: MAGIC.PROC } },
  refuse,
  { label: "a procfs" },
  memory("procfs statx", STX.size),
  call("statx", value(PROCFS), "", AT.EMPTY_PATH, STATX.INO, address("procfs statx")),
  { jump: "its root", when: { value: "procfs statx", offset: STX.ino, equals: PROC_ROOT_INO } },
  refuse,
  { label: "its root" },
];
