import { STDIO } from "@wb/ns";
import {
  address,
  AT,
  AT_FDCWD,
  call,
  type Instruction,
  into,
  memory,
  O,
  openHow,
  pointer,
  RESOLVE,
  S,
  STATX,
  type Step,
  step,
  value,
} from "@wb/syscall";

const HOW = { flags: O.RDWR | O.NONBLOCK | O.NOCTTY | O.CLOEXEC, resolve: RESOLVE.NO_MAGICLINKS };

const STAT = "stat of stdio";
/** `struct statx`, linux/stat.h: its size, stx_mode, and stx_rdev_major and stx_rdev_minor, which follow each other. */
const STX = { size: 256, mode: 28, rdev_major: 128 } as const;

/** The file type in a mode, inode(7). */
const S_IFMT = 0xf000n;

/** null(4): 1, 3. */
const NULL_DEVICE = 1n | (3n << 32n);

/** Always fails, with a path that says why. */
const refusal = call("openat", -1, "the null device (1:3) is not what the container's /dev/null is", 0, 0);

/**
 * The Step that exchanges the host's /dev/null among the command's stdio for the container's own: by /proc/self/fd/0 the
 * container's root could change the mode of the host's. After the root has changed; runc does the same.
 *
 * A container may have put anything in the place of its own: what is no null device is refused, as are links of
 * /proc, which would lead to what this process has open (CVE-2024-21626, CVE-2025-31133).
 */
export const ownNull: Step = step(
  "take the container's own /dev/null where stdio has the host's",
  STDIO.flatMap((cell): Instruction[] => [
    ...statx(cell),
    ...unlessNull(cell, [{ jump: `after ${cell}` }]),
    into("null", call("openat2", AT_FDCWD, "/dev/null", pointer(openHow, HOW), openHow.size)),
    ...statx("null"),
    ...unlessNull(`own ${cell}`, [refusal]),
    // In the place of the host's, so that nobody can reach that by this process's /proc/PID/fd.
    call("dup3", value("null"), value(cell), O.CLOEXEC),
    call("close", value("null")),
    { label: `after ${cell}` },
  ]),
);

function statx(cell: string): Instruction[] {
  return [memory(STAT, STX.size), call("statx", value(cell), "", AT.EMPTY_PATH, STATX.MODE, address(STAT))];
}

function unlessNull(name: string, instructions: readonly Instruction[]): Instruction[] {
  return [
    { jump: `number of ${name}`, when: { value: STAT, offset: STX.mode, mask: S_IFMT, equals: S.IFCHR } },
    ...instructions,
    { label: `number of ${name}` },
    { jump: `null is ${name}`, when: { value: STAT, offset: STX.rdev_major, equals: NULL_DEVICE } },
    ...instructions,
    { label: `null is ${name}` },
  ];
}
