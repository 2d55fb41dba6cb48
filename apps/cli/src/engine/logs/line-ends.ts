import type { Stream } from "./header.ts";
import type { LogFile } from "./log-files.ts";
import { readAt } from "./read-at.ts";
import { type LogRecord, parseRecords } from "./record.ts";
import type { Segment } from "./segments.ts";

/**
 * A function that finds the ends of lines in one segment after the other, from the last one back: the stream of each, in their
 * order. The last record of a stream ends a line also without a newline.
 */
export function lineEnds(files: readonly LogFile[]): (segment: Segment) => Stream[] {
  const isEnded = { 1: false, 2: false };
  return ({ file, offset, end }) => {
    const bytes = Buffer.allocUnsafe(end - offset);
    const fd = files[file]?.fd;
    const { records } = parseRecords(
      fd === undefined ? bytes.subarray(0, 0) : bytes.subarray(0, readAt(fd, bytes, offset)),
    );
    const lastOf = { 1: isEnded[1] ? undefined : last(records, 1), 2: isEnded[2] ? undefined : last(records, 2) };
    const found: Stream[] = [];
    for (const record of records) {
      const { stream, data } = record;
      if (stream !== 1 && stream !== 2) continue;
      for (let index = 0; index < data.length; index += 1) {
        if (data[index] === NEWLINE) found.push(stream);
      }
      if (record === lastOf[stream] && data.at(-1) !== NEWLINE) found.push(stream);
    }
    isEnded[1] ||= lastOf[1] !== undefined;
    isEnded[2] ||= lastOf[2] !== undefined;
    return found;
  };
}

const NEWLINE = 10;

function last(records: readonly LogRecord[], stream: Stream): LogRecord | undefined {
  return records.findLast((record) => record.stream === stream);
}
