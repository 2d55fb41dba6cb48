import type { Stream } from "./header.ts";
import { lineEnds } from "./line-ends.ts";
import type { LogFile } from "./log-files.ts";
import type { LogStart, StreamStart } from "./log-start.ts";
import { segmentsBackwards } from "./segments.ts";

/**
 * Where the last lines of a log begin: those whose last byte is nearest to its end, of both streams together; what has no
 * newline at its end is a line as well. Records have their length in front only, so the headers of the newest file are looked
 * through once, and then about 1 MiB after the other is read from the end.
 *
 * A line may begin long before it ends: then its stream starts before the other one.
 */
export function tailStart(files: readonly LogFile[], lines: number): LogStart {
  const endsOf = lineEnds(files);
  const streams: readonly Tail[] = [
    { stream: 1, wanted: 0, found: 0 },
    { stream: 2, wanted: 0, found: 0 },
  ];
  let left = lines;
  let end: StreamStart | undefined;
  for (const segment of segmentsBackwards(files)) {
    end ??= { file: segment.file, offset: segment.end, drop: 0 };
    if (left === 0 && !streams.some((one) => one.start === undefined && segment.streams & (1 << one.stream))) continue;
    const all = endsOf(segment);
    const taken = all.slice(Math.max(0, all.length - left));
    left -= taken.length;
    for (const tail of streams) {
      tail.wanted += count(taken, tail.stream);
      tail.found += count(all, tail.stream);
      if (left === 0) tail.start ??= startOf(tail, segment, end);
    }
    if (streams.every(({ start }) => start !== undefined)) break;
  }
  return { 1: streams[0]?.start ?? BEGINNING, 2: streams[1]?.start ?? BEGINNING };
}

const BEGINNING: StreamStart = { file: 0, offset: 0, drop: 0 };

/** What is known of a stream, from the end of the log back to a place. */
interface Tail {
  readonly stream: Stream;
  /** Lines of it that are among the last. */
  wanted: number;
  /** Lines of it that end after that place. */
  found: number;
  start?: StreamStart | undefined;
}

/** Undefined while the first line that is wanted may begin before the segment: the end of the line before it was not found. */
function startOf(
  { wanted, found }: Tail,
  { file, offset }: { readonly file: number; readonly offset: number },
  end: StreamStart,
): StreamStart | undefined {
  if (wanted === 0) return end;
  return found > wanted ? { file, offset, drop: found - wanted } : undefined;
}

function count(ends: readonly Stream[], stream: Stream): number {
  return ends.reduce((sum, one) => (one === stream ? sum + 1 : sum), 0);
}
