import type { HistoryEntry } from "./layout/documents.ts";
import type { StoredImage } from "./layout/stored-image.ts";

/** A step by which an image was made. */
export interface HistoryStep {
  /** Its id where it is that of an image; `<missing>` otherwise, as docker has it. */
  readonly id: string;
  /** Milliseconds since 1970; 0: unknown. */
  readonly created: number;
  readonly createdBy: string;
  readonly comment: string;
  /** Bytes of the files of its layer; 0 for a step without one. */
  readonly size: number;
  /** Names of the image, at its last step. */
  readonly names: readonly string[];
}

/**
 * How an image was made, the last step first.
 *
 * Equivalent to `docker history`.
 *
 * @param sizeOf bytes of a layer's files, by its diff id
 */
export function imageHistory({ id, names, document }: StoredImage, sizeOf: (diffId: string) => number): HistoryStep[] {
  const ids = [...document.rootfs.diff_ids];
  const known: readonly HistoryEntry[] = document.history ?? ids.map(() => ({}));
  const steps = known.map(({ created, created_by: createdBy = "", comment = "", empty_layer: isEmpty = false }) => {
    const diffId = isEmpty ? undefined : ids.shift();
    const time = created === undefined ? Number.NaN : Date.parse(created);
    return {
      id: "<missing>",
      created: Number.isNaN(time) ? 0 : time,
      createdBy,
      comment,
      size: diffId === undefined ? 0 : sizeOf(diffId),
      names: [],
    };
  });
  const last = steps.pop();
  return [...(last === undefined ? [] : [{ ...last, id, names }]), ...steps.toReversed()];
}
