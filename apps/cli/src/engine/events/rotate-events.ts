import { fstatSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { call, ignoring, into, LOCK, run, step } from "@wb/syscall";
import { EVENTS_FILE, FULL_FILES_KEPT, fullFileNumbers } from "./event-files.ts";

/**
 * Gives a full file of events a number; the next event begins another one. Who has it open may still append to it, and a follower
 * still reads it. Another process that does the same has the lock: then nothing is left to do.
 */
export function rotateEvents(directory: string, fd: number): void {
  const locked = run([
    step("lock the events", [into("locked", ignoring(call("flock", fd, LOCK.EX | LOCK.NB), "EAGAIN", "EINTR"))]),
  ]);
  if (locked.number("locked") !== 0) return;
  const path = join(directory, EVENTS_FILE);
  // Only who has the lock of the file with this name takes that away.
  const there = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (there === undefined || there.ino !== fstatSync(fd, { bigint: true }).ino) return;
  const numbers = fullFileNumbers(directory);
  renameSync(path, join(directory, `${EVENTS_FILE}.${(numbers.at(-1) ?? 0) + 1}`));
  for (const old of numbers.slice(0, Math.max(0, numbers.length + 1 - FULL_FILES_KEPT)))
    rmSync(join(directory, `${EVENTS_FILE}.${old}`), { force: true });
}
