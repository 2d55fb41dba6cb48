import type { NewLayer } from "../layout/add-layer.ts";
import type { HistoryEntry } from "../layout/documents.ts";
import type { ImageConfig } from "../layout/image-config.ts";

/** An image that is being built: after each instruction it is another one. */
export interface BuildState {
  readonly layers: readonly NewLayer[];
  readonly config: ImageConfig;
  readonly history: readonly HistoryEntry[];
  /** By what its next instruction is found in the cache: all that has made it what it is. */
  readonly key: string;
  /** `ARG`s that were declared and have a value. */
  readonly args: ReadonlyMap<string, string>;
  /** Whether CMD was in this stage. */
  readonly hasCmd: boolean;
}
