import { STDIO } from "@wb/ns";
import { address, AT, AT_FDCWD, call, into, memory, O, STATX, type Step, step, value } from "@wb/syscall";

/** `struct statx`, linux/stat.h: its size, and stx_rdev_major and stx_rdev_minor, which follow each other. */
const STATX_SIZE = 256;
const STX_RDEV = 128;

/** null(4): 1, 3. */
const NULL_DEVICE = 1n | (3n << 32n);

/**
 * The Step that exchanges the host's /dev/null among the command's stdio for the container's own: by /proc/self/fd/0 the
 * container's root could change the mode of the host's. After the root has changed; runc does the same.
 */
export const ownNull: Step = step(
  "take the container's own /dev/null where stdio has the host's",
  STDIO.flatMap((cell) => [
    memory(`stat of ${cell}`, STATX_SIZE),
    call("statx", value(cell), "", AT.EMPTY_PATH, STATX.MODE, address(`stat of ${cell}`)),
    { jump: `null is ${cell}`, when: { value: `stat of ${cell}`, offset: STX_RDEV, equals: NULL_DEVICE } },
    { jump: `after ${cell}` },
    { label: `null is ${cell}` },
    into(cell, call("openat", AT_FDCWD, "/dev/null", O.RDWR | O.CLOEXEC, 0)),
    { label: `after ${cell}` },
  ]),
);
