import { fstatSync } from "node:fs";
import type { Sink } from "../../runtime/stdio-ends.ts";
import { writeWhole } from "../../runtime/write-whole.ts";
import { formatLines } from "./format-lines.ts";
import { formatTime } from "./format-time.ts";
import type { Stream } from "./header.ts";
import type { GapEvent, LogEvent } from "./log-event.ts";

/** Where the two streams go: sinkOf(1) and sinkOf(2) of wb. */
export type LogSinks = Readonly<Record<Stream, Sink>>;

export interface WriteOptions {
  /** Default false. */
  readonly timestamps?: boolean | undefined;
}

/**
 * Writes a log, each stream to its own sink, as fast as they take it: nothing is read meanwhile. Where both are the same file, a
 * terminal for example, they come in their order; otherwise nobody can see that. What was lost is said on stderr.
 *
 * @throws EPIPE or EIO where nobody reads any more
 */
export async function writeLog(
  events: AsyncIterable<LogEvent>,
  sinks: LogSinks,
  { timestamps = false }: WriteOptions = {},
): Promise<void> {
  const isOne = isSameFile(sinks[1].fd, sinks[2].fd);
  for await (const event of events) {
    if (event.type === "gap") {
      await writeWhole(sinks[2], Buffer.from(`wb: ${gapText(event)}\n`));
    } else if (isOne) {
      await writeWhole(sinks[1], formatLines(event.lines, timestamps));
    } else {
      for (const stream of [1, 2] as const) {
        const lines = event.lines.filter((one) => one.stream === stream);
        await writeWhole(sinks[stream], formatLines(lines, timestamps));
      }
    }
  }
}

function isSameFile(one: number, other: number): boolean {
  const [first, second] = [fstatSync(one, { bigint: true }), fstatSync(other, { bigint: true })];
  return first.dev === second.dev && first.ino === second.ino;
}

function gapText({ files, after }: GapEvent): string {
  const since = after === undefined ? "" : `, after ${formatTime(after)}`;
  if (files === undefined) return `some of the log may have been rotated away before it was read${since}`;
  if (files === 1) return `a file of the log was rotated away before it was read${since}`;
  return `${files} files of the log were rotated away before they were read${since}`;
}
