import type { Stream } from "./header.ts";
import type { LogTime } from "./log-time.ts";
import type { LogRecord } from "./record.ts";

/** Whole lines of one stream that have the same time, or a part of one line. The time of a line is that of its first byte. */
export interface LogLines extends LogTime {
  readonly stream: Stream;
  readonly bytes: Buffer;
  /** False for what continues a line whose beginning was given away already. */
  readonly isLineStart: boolean;
}

export interface LineJoiner {
  /** Adds the lines that a record completes. */
  readonly push: (record: LogRecord, to: LogLines[]) => void;
  /** Adds what has no newline at its end yet: a prompt is to be seen. What follows continues it. */
  readonly flush: (to: LogLines[]) => void;
  /** Forgets what it has of lines: what follows does not continue it. */
  readonly reset: () => void;
}

/** How many line ends of each stream are passed over first, with what stands before them. */
export type LinesToDrop = Readonly<Record<Stream, number>>;

/**
 * Joins the records of each stream to lines: what a read(2) gave ends anywhere. The end of a line waits for nothing but its
 * newline; lines come in the order of their ends. A line of more than 1 MiB comes in parts.
 */
export function lineJoiner(drop: LinesToDrop = { 1: 0, 2: 0 }): LineJoiner {
  const streams = { 1: openLine(1, drop[1]), 2: openLine(2, drop[2]) } as const;
  return {
    push: (record, to) => {
      if (record.stream === 1 || record.stream === 2) add(streams[record.stream], record, to);
    },
    flush: (to) => {
      giveHeld(streams[1], to);
      giveHeld(streams[2], to);
    },
    reset: () => {
      for (const line of [streams[1], streams[2]]) Object.assign(line, openLine(line.stream, 0));
    },
  };
}

/** The most bytes of a line that are held until its newline comes. */
const MOST_HELD = 2 ** 20;
const NEWLINE = 10;

/** What of a stream has no newline yet. */
interface OpenLine {
  readonly stream: Stream;
  drop: number;
  held: Buffer[];
  heldLength: number;
  /** The beginning of the line was given away. */
  isStarted: boolean;
  sec: number;
  nsec: number;
}

function openLine(stream: Stream, drop: number): OpenLine {
  return { stream, drop, held: [], heldLength: 0, isStarted: false, sec: 0, nsec: 0 };
}

function add(line: OpenLine, { sec, nsec, data }: LogRecord, to: LogLines[]): void {
  let start = line.drop === 0 ? 0 : dropLines(line, data);
  // Most records are whole lines: what costs a call or another view is done only for the rest.
  const end = data[data.length - 1] === NEWLINE ? data.length : data.lastIndexOf(NEWLINE) + 1;
  if (end > start && (line.heldLength > 0 || line.isStarted)) {
    const first = data.indexOf(NEWLINE, start) + 1;
    hold(line, data.subarray(start, first));
    giveHeld(line, to);
    line.isStarted = false;
    start = first;
  }
  if (end > start) {
    const bytes = end - start === data.length ? data : data.subarray(start, end);
    to.push({ sec, nsec, stream: line.stream, bytes, isLineStart: true });
  }
  const rest = Math.max(start, end);
  if (rest === data.length) return;
  if (line.heldLength === 0 && !line.isStarted) {
    line.sec = sec;
    line.nsec = nsec;
  }
  hold(line, data.subarray(rest));
  if (line.heldLength > MOST_HELD) giveHeld(line, to);
}

function hold(line: OpenLine, bytes: Buffer): void {
  line.held.push(bytes);
  line.heldLength += bytes.length;
}

function giveHeld(line: OpenLine, to: LogLines[]): void {
  if (line.heldLength === 0) return;
  const { sec, nsec, stream, held } = line;
  const [first] = held;
  const bytes = held.length === 1 && first !== undefined ? first : Buffer.concat(held);
  to.push({ sec, nsec, stream, bytes, isLineStart: !line.isStarted });
  line.held = [];
  line.heldLength = 0;
  line.isStarted = true;
}

/** Returns where the first line begins that is not dropped. */
function dropLines(line: OpenLine, data: Buffer): number {
  let start = 0;
  while (line.drop > 0) {
    const newline = data.indexOf(NEWLINE, start);
    if (newline === -1) return data.length;
    line.drop -= 1;
    start = newline + 1;
  }
  return start;
}
