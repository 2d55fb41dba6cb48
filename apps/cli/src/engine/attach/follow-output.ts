import { closeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { directoryChanges } from "../logs/directory-changes.ts";
import { logEnd } from "../logs/log-end.ts";
import { closeLogFiles, type LogFile, openLogFiles } from "../logs/log-files.ts";
import { newerFiles } from "../logs/newer-files.ts";
import { readRecords } from "../logs/read-records.ts";
import type { LogRecord } from "../logs/record.ts";

/** What a container writes, from a place in its log on. Disposing of it closes the files. */
export interface FollowedOutput extends Disposable {
  /** Gives the records as they come, until nothing more will be written: what is there then comes, too. */
  readonly records: (ended: AbortSignal) => AsyncGenerator<readonly LogRecord[], void, undefined>;
}

/**
 * Opens the log of a container that is to be followed as it is written: records rather than lines, for a prompt has no end. Files that
 * are rotated meanwhile are read to their end; `gap` is called when some were rotated away before.
 *
 * @param from the beginning of the log, or what comes next
 */
export function followOutput(directory: string, from: "beginning" | "end", gap: () => void): FollowedOutput {
  const files = openLogFiles(directory);
  let newest: LogFile | undefined = files.at(-1);
  if (from === "end") closeLogFiles(files.splice(0, files.length - 1));
  let offset = from === "end" && newest !== undefined ? logEnd(newest.fd) : 0;

  const add = (more: readonly LogFile[]): void => {
    files.push(...more);
    newest = files.at(-1) ?? newest;
  };
  const read = (): readonly LogRecord[] => {
    for (let [file] = files; file !== undefined; [file] = files) {
      // What is known before the read: the supervisor writes no more to a file once there is a newer one.
      const isLast = files.length === 1;
      const { records, length } = readRecords(file.fd, offset);
      offset += length;
      if (records.length > 0 || isLast) return records;
      files.shift();
      closeSync(file.fd);
      offset = 0;
    }
    return [];
  };
  return {
    records: async function* (ended) {
      using changes = directoryChanges(directory, ended);
      for (;;) {
        // In this order: what was written before the end is seen by the look, and what before the look by the read.
        const isLast = ended.aborted;
        if (files.length < MOST_HELD) {
          const newer = newerFiles(directory, newest);
          if (newer.lost !== 0) gap();
          add(newer.files);
        }
        const records = read();
        if (records.length > 0) {
          yield records;
          // Signals and what is typed come meanwhile.
          await setImmediate();
        } else if (isLast) return;
        else await changes.next(Number.POSITIVE_INFINITY);
      }
    },
    [Symbol.dispose]: () => closeLogFiles(files.splice(0)),
  };
}

/** How many files are held that are yet to be read. */
const MOST_HELD = 16;
