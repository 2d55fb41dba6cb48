import type { CgroupEvent } from "./event.ts";

/** Where the events of a source go. */
export interface Sink {
  readonly push: (event: CgroupEvent) => void;
  readonly fail: (error: unknown) => void;
}

/** Ends a source, and closes what it opened. */
export type Stop = () => void;
