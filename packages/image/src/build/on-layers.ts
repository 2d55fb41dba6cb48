import { closeSync, mkdirSync, mkdtempSync } from "node:fs";
import { basename, join } from "node:path";
import { detachedOverlay, removeTree, withDirectory } from "@wb/overlay";
import { run } from "@wb/syscall";
import { BUILDING } from "../layout/collect-garbage.ts";
import type { ImageStore } from "../layout/image-store.ts";
import { layerDirectoriesOf } from "../layout/layer-directories.ts";
import type { BuildState } from "./build-state.ts";

/** A tree of layers, with a directory for what is changed in it. */
export interface WritableTree {
  /** An open directory. */
  readonly root: number;
  /** The upper directory of the overlay. */
  readonly upper: string;
}

/** Calls a function with the tree that the layers of a state show, which may be written to. */
export async function onLayers<T>(
  store: ImageStore,
  { layers }: BuildState,
  use: (tree: WritableTree) => Promise<T>,
): Promise<T> {
  mkdirSync(store.layers, { recursive: true, mode: 0o700 });
  const place = mkdtempSync(join(store.layers, BUILDING));
  try {
    const [upper, work, empty] = ["upper", "work", "empty"].map((name) => join(place, name)) as [
      string,
      string,
      string,
    ];
    for (const path of [upper, work, empty]) mkdirSync(path, { mode: 0o755 });
    const lower = await layerDirectoriesOf(store, layers);
    const [first = empty, ...rest] = lower;
    const root = run([detachedOverlay("root", { lower: [first, ...rest], upper, work })]).number("root");
    try {
      return await use({ root, upper });
    } finally {
      closeSync(root);
    }
  } finally {
    withDirectory(store.layers, (fd) => removeTree(fd, basename(place)));
  }
}
