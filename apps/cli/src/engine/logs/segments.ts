import { streamAt } from "./header.ts";
import type { LogFile } from "./log-files.ts";
import { scanHeaders } from "./scan-headers.ts";

/** About 1 MiB of a file of a log, from one record to another. */
export interface Segment {
  /** Index in the list of files. */
  readonly file: number;
  readonly offset: number;
  readonly end: number;
  /** The streams that have records in it: bit 1 for stdout, bit 2 for stderr. */
  readonly streams: number;
}

/** The segments of a log from its end to its beginning: the headers of an older file are looked through only if it comes to it. */
export function* segmentsBackwards(files: readonly LogFile[]): Generator<Segment> {
  for (const [back, { fd, size }] of files.toReversed().entries()) {
    const found: Segment[] = [];
    const file = files.length - 1 - back;
    let offset = 0;
    let streams = 0;
    const end = scanHeaders(fd, size, (bytes, at, recordOffset) => {
      if (recordOffset - offset >= SEGMENT_SIZE) {
        found.push({ file, offset, end: recordOffset, streams });
        offset = recordOffset;
        streams = 0;
      }
      streams |= 1 << streamAt(bytes, at);
      return true;
    });
    found.push({ file, offset, end, streams });
    yield* found.toReversed();
  }
}

const SEGMENT_SIZE = 2 ** 20;
