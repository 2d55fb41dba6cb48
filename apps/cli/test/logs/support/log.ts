import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeRecord } from "../../../src/engine/logs/encode-record.ts";
import type { LogLines } from "../../../src/engine/logs/lines.ts";
import type { LogEvent } from "../../../src/engine/logs/log-event.ts";
import type { LogRecord } from "../../../src/engine/logs/record.ts";

/** A record of a stream at a second. */
export function record(sec: number, stream: number, text: string): LogRecord {
  return { sec, nsec: 0, stream, data: Buffer.from(text) };
}

/** Writes the files of a log, oldest first. */
export function writeLog(directory: string, ...files: readonly (readonly LogRecord[])[]): void {
  for (const [index, records] of files.entries()) {
    const number = files.length - 1 - index;
    const path = join(directory, number === 0 ? "log" : `log.${number}`);
    writeFileSync(path, Buffer.concat(records.map((one) => encodeRecord(one))));
  }
}

/** Renames as the supervisor does; the last number is replaced. */
export function rotate(directory: string, maxFile: number): void {
  for (let number = maxFile - 1; number > 0; number -= 1) {
    const from = join(directory, number === 1 ? "log" : `log.${number - 1}`);
    try {
      renameSync(from, join(directory, `log.${number}`));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
}

/** `1@5 text`, stream, second and text of each; `+` for what continues a line. */
export function shown(lines: readonly LogLines[]): string[] {
  return lines.map(
    ({ sec, stream, bytes, isLineStart }) => `${stream}@${sec}${isLineStart ? " " : "+"}${bytes.toString()}`,
  );
}

export async function allLines(events: AsyncIterable<LogEvent>): Promise<LogLines[]> {
  const lines: LogLines[] = [];
  for await (const event of events) {
    if (event.type === "lines") lines.push(...event.lines);
  }
  return lines;
}
