import type { Stream } from "./header.ts";
import type { LogFile } from "./log-files.ts";
import type { LogTime } from "./log-time.ts";
import { sinceStart } from "./since.ts";
import { tailStart } from "./tail.ts";

/** What of a log is shown. */
export interface LogSelection {
  /** Lines that begin before are left out. */
  readonly since?: LogTime | undefined;
  /** The log ends before the first record that is later. */
  readonly until?: LogTime | undefined;
  /** So many lines before the end, of which the other two leave out some, as docker has it. */
  readonly tail?: number | undefined;
}

/** Where the first lines of a stream are that are shown. */
export interface StreamStart {
  /** Index in the list of files. */
  readonly file: number;
  /** Where a record begins in that. */
  readonly offset: number;
  /** Line ends of the stream from there on that are passed over, each with what stands before it. */
  readonly drop: number;
}

export type LogStart = Readonly<Record<Stream, StreamStart>>;

/** Where reading begins, so that what is left out is not read, as far as that can be known. */
export function logStart(files: readonly LogFile[], { since, tail }: LogSelection): LogStart {
  if (tail !== undefined) return tailStart(files, tail);
  if (since !== undefined) return sinceStart(files, since);
  return { 1: BEGINNING, 2: BEGINNING };
}

const BEGINNING: StreamStart = { file: 0, offset: 0, drop: 0 };
