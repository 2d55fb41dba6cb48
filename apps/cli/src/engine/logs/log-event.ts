import type { LogLines } from "./lines.ts";
import type { LogTime } from "./log-time.ts";

/** What a reader of a log gives. */
export type LogEvent = LinesEvent | GapEvent;

/** Lines that were read at once, in the order in which they end. */
export interface LinesEvent {
  readonly type: "lines";
  readonly lines: readonly LogLines[];
}

/** Files were rotated away before they could be read. */
export interface GapEvent {
  readonly type: "gap";
  /** How many, or undefined where the log does not say: then it may be none. */
  readonly files: number | undefined;
  /** The time of the last record before. */
  readonly after: LogTime | undefined;
}
