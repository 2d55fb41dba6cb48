import { HEADER_SIZE, nanosecondsAt, secondsAt, SEQUENCE_STREAM, type Stream, streamAt } from "./header.ts";
import type { LogFile } from "./log-files.ts";
import type { LogStart, StreamStart } from "./log-start.ts";
import { isBefore, type LogTime } from "./log-time.ts";
import { readAt } from "./read-at.ts";
import { scanHeaders } from "./scan-headers.ts";

/**
 * Where the first record is that is not before a time, found by headers alone. A file is passed over when the next one begins
 * before that time: where the clock was set back meanwhile, that may leave out some. A line that began before is dropped.
 */
export function sinceStart(files: readonly LogFile[], since: LogTime): LogStart {
  const next = files.findIndex((file, index) => index > 0 && !beginsBefore(file, since));
  const file = Math.max(0, (next === -1 ? files.length : next) - 1);
  const ends: Ends = new Map();
  const offset = addEnds(ends, files[file], (bytes, at) => isBefore(timeAt(bytes, at), since));
  // A line goes on across files.
  for (let index = file - 1; index >= 0 && ends.size < STREAMS; index -= 1) addEnds(ends, files[index], () => true);
  const startOf = (stream: Stream): StreamStart => ({ file, offset, drop: isLineEnd(ends.get(stream)) ? 0 : 1 });
  return { 1: startOf(1), 2: startOf(2) };
}

const STREAMS = 2;

/** Where the last record of each stream ends. */
type Ends = Map<number, { readonly fd: number; readonly end: number }>;

/** Adds those of a file for the streams that have none yet. */
function addEnds(ends: Ends, file: LogFile | undefined, goesOn: (bytes: Buffer, at: number) => boolean): number {
  if (file === undefined) return 0;
  const { fd, size } = file;
  const last = [0, 0, 0];
  const stopped = scanHeaders(fd, size, (bytes, at, offset, length) => {
    if (!goesOn(bytes, at)) return false;
    last[streamAt(bytes, at)] = offset + HEADER_SIZE + length;
    return true;
  });
  for (const [stream, end] of last.entries()) {
    if (end !== 0 && stream !== SEQUENCE_STREAM && !ends.has(stream)) ends.set(stream, { fd, end });
  }
  return stopped;
}

function timeAt(bytes: Buffer, at: number): LogTime {
  return { sec: secondsAt(bytes, at), nsec: nanosecondsAt(bytes, at) };
}

/** An empty file does not: nothing says that it will. */
function beginsBefore({ fd, size }: LogFile, since: LogTime): boolean {
  let begins = false;
  scanHeaders(fd, size, (bytes, at) => {
    begins = isBefore(timeAt(bytes, at), since);
    return false;
  });
  return begins;
}

function isLineEnd(last: { readonly fd: number; readonly end: number } | undefined): boolean {
  if (last === undefined) return true;
  const byte = Buffer.alloc(1);
  readAt(last.fd, byte, last.end - 1);
  return byte[0] === NEWLINE;
}

const NEWLINE = 10;
