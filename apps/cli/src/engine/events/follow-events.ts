import { mkdirSync } from "node:fs";
import { matchesEvent } from "../filters/event-filters.ts";
import type { Filters } from "../filters/filters.ts";
import { directoryChanges } from "../logs/directory-changes.ts";
import { isBefore, type LogTime } from "../logs/log-time.ts";
import { runDirectory } from "../store/directories.ts";
import { eventReader } from "./event-reader.ts";
import type { WbEvent } from "./event.ts";

export interface EventSelection {
  /** Also what was recorded since then. Default: what happens from now on. */
  readonly since?: LogTime | undefined;
  /** Ends then. Default: never. */
  readonly until?: LogTime | undefined;
  readonly filters?: Filters | undefined;
  /** Ends the iterator, after what was recorded before. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the run directory. */
  readonly directory?: string | undefined;
  /** Told of full files that were removed before they could be read. */
  readonly onLost?: ((files: number) => void) | undefined;
}

/**
 * The changes of containers and volumes, as they come. From the first call of next() on nothing is missed; there is no daemon: whoever
 * changes something has recorded it ({@link recordEvent}).
 *
 * @example
 * for await (const { action, attributes } of followEvents()) console.log(action, attributes.name);
 */
export async function* followEvents({
  since,
  until,
  filters = new Map(),
  signal = new AbortController().signal,
  directory = runDirectory(),
  onLost,
}: EventSelection = {}): AsyncGenerator<WbEvent, void, undefined> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  using changes = directoryChanges(directory, signal);
  using reader = eventReader(directory, since === undefined ? "now" : "beginning");
  for (;;) {
    // In this order: what was recorded before the end is seen by the read.
    const isLast = signal.aborted || left(until) <= 0;
    const { events, lostFiles } = reader.read();
    if (lostFiles > 0) onLost?.(lostFiles);
    for (const event of events) {
      const isMeant =
        (since === undefined || !isBefore(event, since)) && (until === undefined || !isBefore(until, event));
      if (isMeant && matchesEvent(filters, event)) yield event;
    }
    if (isLast) return;
    await changes.next(left(until));
  }
}

/** Milliseconds. */
function left(until: LogTime | undefined): number {
  return until === undefined ? Number.POSITIVE_INFINITY : until.sec * 1000 + until.nsec / 1e6 - Date.now();
}
