import { readFileSync, type Stats, statSync } from "node:fs";

/** Whether some process has a lock of a file that excludes all others. */
export type IsLocked = (path: string) => boolean;

/**
 * The locks of flock(2) that exclude others, as proc_locks(5) has them at this moment: all in one read, and without making one. What is
 * found is locked, what is not may be: in a PID namespace other than the first there are none that were taken by a process which has
 * ended, or which is not in it (fs/locks.c, locks_translate_pid), and files have none where stat(2) tells another device (btrfs).
 */
export function exclusiveLocks(text: string = readFileSync("/proc/locks", "latin1")): IsLocked {
  const locked = new Set(text.split("\n").flatMap((line) => LOCK.exec(line)?.[1] ?? []));
  return (path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found !== undefined && locked.has(fileId(found));
  };
}

/** `1: FLOCK  ADVISORY  WRITE 4711 fd:00:1234 0 EOF`; who waits for one has `->` before it. */
const LOCK = /^\d+: FLOCK +\w+ +WRITE +\d+ ([0-9a-f]+:[0-9a-f]+:\d+) /;

function fileId({ dev, ino }: Stats): string {
  return `${hex(major(dev))}:${hex(minor(dev))}:${ino}`;
}

/** makedev(3), as the kernel encodes a device for stat(2): twelve bits of the major number between those of the minor. */
function major(device: number): number {
  return (device >>> 8) & 0xfff;
}

function minor(device: number): number {
  return (device & 0xff) | ((device >>> 12) & 0xf_ff00);
}

function hex(number: number): string {
  return number.toString(16).padStart(2, "0");
}
