import { setImmediate } from "node:timers/promises";
import { directoryChanges } from "./directory-changes.ts";
import { type LogCursor, logCursor } from "./log-cursor.ts";
import type { LogEvent } from "./log-event.ts";
import { closeLogFiles, type LogFile, openLogFiles } from "./log-files.ts";
import type { LogSelection } from "./log-start.ts";
import { type NewerFiles, newerFiles } from "./newer-files.ts";

export interface FollowOptions extends LogSelection {
  /** Aborted when nothing more will be written: what is there then is read, and the iterator ends. */
  readonly ended: AbortSignal;
}

/**
 * Reads a log as {@link readLog}, and goes on as it grows. What has no newline yet is given as soon as there is nothing after
 * it: it may be a prompt. Files that are rotated are read to their end; those that are gone before are a gap.
 */
export async function* followLog(
  directory: string,
  { ended, ...selection }: FollowOptions,
): AsyncGenerator<LogEvent, void, undefined> {
  using changes = directoryChanges(directory, ended);
  using cursor = logCursor(openLogFiles(directory), selection, "all");
  for (;;) {
    // In this order: what was written before the end is seen by the look, and what before the look by the read.
    const isLast = ended.aborted || left(selection) <= 0;
    const { files, lost } = cursor.held < MOST_HELD ? newerFiles(directory, cursor.newest) : NONE;
    if (lost !== 0) {
      yield* overGap(cursor, files, lost);
      continue;
    }
    cursor.add(files);
    const lines = cursor.read();
    if (lines !== undefined) {
      if (lines.length > 0) yield { type: "lines", lines };
      // Signals and the end of the container come meanwhile.
      await setImmediate();
      continue;
    }
    const rest = cursor.flush();
    if (rest.length > 0) yield { type: "lines", lines: rest };
    if (cursor.isPastEnd || isLast) return;
    await changes.next(left(selection));
  }
}

/**
 * How many files a follower holds that it has yet to read: it looks for newer ones while it reads, so that a writer that is
 * faster for a while takes nothing away from it. As long as they are open, they take their space on the disk.
 */
const MOST_HELD = 16;

const NONE: NewerFiles = { files: [], lost: 0 };

/** Reads what it has to the end, and goes on with files that are not the next ones. */
async function* overGap(
  cursor: LogCursor,
  files: readonly LogFile[],
  lost: number | undefined,
): AsyncGenerator<LogEvent> {
  using stack = new DisposableStack();
  stack.defer(() => closeLogFiles(files));
  for (let lines = cursor.read(); lines !== undefined; lines = cursor.read()) {
    if (lines.length > 0) yield { type: "lines", lines };
    await setImmediate();
  }
  const lines = cursor.flush();
  if (lines.length > 0) yield { type: "lines", lines };
  cursor.breakLines();
  yield { type: "gap", files: lost, after: cursor.lastTime };
  stack.move();
  cursor.add(files);
}

/** Milliseconds to the end of what is shown. */
function left({ until }: LogSelection): number {
  return until === undefined ? Number.POSITIVE_INFINITY : until.sec * 1000 + until.nsec / 1e6 - Date.now();
}
