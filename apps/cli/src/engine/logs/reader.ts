import { logCursor } from "./log-cursor.ts";
import type { LinesEvent } from "./log-event.ts";
import { openLogFiles } from "./log-files.ts";
import type { LogSelection } from "./log-start.ts";

/**
 * Reads a log as it is now, oldest line first, about 256 KiB at a time. What has no newline at the end of the log comes last, as
 * it is. A directory that is not there has an empty log.
 *
 * @example
 * for await (const { lines } of readLog(directory, { tail: 10 })) await print(lines);
 */
export async function* readLog(directory: string, selection: LogSelection = {}): AsyncGenerator<LinesEvent> {
  using cursor = logCursor(openLogFiles(directory), selection, "as opened");
  for (let lines = cursor.read(); lines !== undefined; lines = cursor.read()) {
    if (lines.length > 0) yield { type: "lines", lines };
  }
  const lines = cursor.flush();
  if (lines.length > 0) yield { type: "lines", lines };
}
