import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { address, call, CLOCK, isErrno, memory, O, run, step, timespec } from "@wb/syscall";
import type { EventFacts } from "../filters/event-filters.ts";
import type { LogTime } from "../logs/log-time.ts";
import { runDirectory } from "../store/directories.ts";
import { EVENTS_FILE, FULL_SIZE } from "./event-files.ts";
import { eventLine } from "./event-line.ts";
import { rotateEvents } from "./rotate-events.ts";

/**
 * Records that something has changed, for `wb events`: one write(2) of one line to a file that is open for appending, which the kernel
 * does as a whole beside those of others. It takes no lock and waits for no disk; what cannot be recorded is lost and stands in
 * nobody's way, since the state of things is elsewhere.
 *
 * @param directory default: the run directory
 */
export function recordEvent(event: EventFacts, directory: string = runDirectory()): void {
  try {
    append(directory, eventLine({ ...event, ...now() }));
  } catch (error) {
    if (!isErrno(error, ...FAILURES)) throw error;
  }
}

/** Of a full or strange file system, and of a process that has as much open as it may. */
const FAILURES = [
  "EACCES",
  "EDQUOT",
  "EIO",
  "EISDIR",
  "ELOOP",
  "EMFILE",
  "ENFILE",
  "ENOENT",
  "ENOSPC",
  "ENOTDIR",
  "EPERM",
  "EROFS",
] as const;

function append(directory: string, line: string): void {
  const fd = openToAppend(directory);
  try {
    writeSync(fd, line);
    if (fstatSync(fd).size >= FULL_SIZE) rotateEvents(directory, fd);
  } finally {
    closeSync(fd);
  }
}

function openToAppend(directory: string): number {
  const path = join(directory, EVENTS_FILE);
  const open = (): number => openSync(path, O.WRONLY | O.APPEND | O.CREAT | O.CLOEXEC | O.NOFOLLOW, 0o600);
  try {
    return open();
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return open();
  }
}

/** To the nanosecond: what follows each other in one millisecond is told apart. */
function now(): LogTime {
  const read = run([
    step("read the clock", [memory("now", timespec.size), call("clock_gettime", CLOCK.REALTIME, address("now"))]),
  ]);
  const { tv_sec, tv_nsec } = timespec.decode(read.bytes("now", timespec.size));
  return { sec: Number(tv_sec), nsec: Number(tv_nsec) };
}
