import { closeSync } from "node:fs";
import { HEADER_SIZE } from "./header.ts";
import { lineJoiner, type LogLines } from "./lines.ts";
import { closeLogFiles, type LogFile } from "./log-files.ts";
import { type LogSelection, logStart } from "./log-start.ts";
import { isBefore, type LogTime } from "./log-time.ts";
import { readRecords } from "./read-records.ts";
import type { LogRecord } from "./record.ts";

/** A place in a log, from which it is read on. It holds the files open. */
export interface LogCursor extends Disposable {
  /** How many files it holds, with the one that it reads. */
  readonly held: number;
  /** The newest file that it knows. */
  readonly newest: LogFile | undefined;
  /** The time of the last record that was read. */
  readonly lastTime: LogTime | undefined;
  /** A record was found that is later than what is shown. */
  readonly isPastEnd: boolean;
  /**
   * The lines that the next records complete, or undefined where there are none: a file is left when there is a newer one,
   * and nothing whole in it any more.
   */
  readonly read: () => LogLines[] | undefined;
  /** What has no newline yet. */
  readonly flush: () => LogLines[];
  /** Goes on with newer files, oldest first. */
  readonly add: (newer: readonly LogFile[]) => void;
  /** What follows does not continue lines of before. */
  readonly breakLines: () => void;
}

/** @param atMost whether the newest file is read only as far as it was when it was opened */
export function logCursor(opened: readonly LogFile[], selection: LogSelection, atMost: "as opened" | "all"): LogCursor {
  const start = logStart(opened, selection);
  const joiner = lineJoiner({ 1: start[1].drop, 2: start[2].drop });
  const [first] = [start[1], start[2]].toSorted((one, other) => one.file - other.file || one.offset - other.offset);
  const files = [...opened];
  let newest = files.at(-1);
  let file = first?.file ?? 0;
  let offset = first?.offset ?? 0;
  let lastTime: LogTime | undefined;
  let isPastEnd = false;
  closeLogFiles(files.splice(0, file));

  const isStarted = ({ stream }: LogRecord): boolean => {
    const from = start[stream === 2 ? 2 : 1];
    return file > from.file || (file === from.file && offset >= from.offset);
  };
  const take = (records: readonly LogRecord[]): LogLines[] => {
    const lines: LogLines[] = [];
    for (const record of records) {
      if (selection.until !== undefined && isBefore(selection.until, record)) {
        isPastEnd = true;
        break;
      }
      if (isStarted(record)) joiner.push(record, lines);
      offset += HEADER_SIZE + record.data.length;
      lastTime = record;
    }
    return lines;
  };
  const notBefore = (lines: LogLines[]): LogLines[] => {
    const { since } = selection;
    return since === undefined ? lines : lines.filter((one) => !isBefore(one, since));
  };

  return {
    get held() {
      return files.length;
    },
    get newest() {
      return newest;
    },
    get lastTime() {
      return lastTime && { sec: lastTime.sec, nsec: lastTime.nsec };
    },
    get isPastEnd() {
      return isPastEnd;
    },
    read: () => {
      if (isPastEnd) return undefined;
      for (let [current] = files; current !== undefined; [current] = files) {
        // What is known before the read: the supervisor writes no more to a file once there is a newer one.
        const isLast = files.length === 1;
        const { records } = readRecords(
          current.fd,
          offset,
          isLast && atMost === "as opened" ? current.size : undefined,
        );
        if (records.length > 0) return notBefore(take(records));
        if (isLast) return undefined;
        files.shift();
        closeSync(current.fd);
        file += 1;
        offset = 0;
      }
      return undefined;
    },
    flush: () => {
      const lines: LogLines[] = [];
      joiner.flush(lines);
      return notBefore(lines);
    },
    add: (newer) => {
      files.push(...newer);
      newest = files.at(-1);
    },
    breakLines: () => joiner.reset(),
    [Symbol.dispose]: () => closeLogFiles(files.splice(0)),
  };
}
