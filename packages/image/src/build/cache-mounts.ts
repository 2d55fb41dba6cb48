import { join } from "node:path";
import type { ImageStore } from "../layout/image-store.ts";

/** Where what commands keep by `RUN --mount=type=cache` is. */
export function cacheMountsDirectory({ layers }: ImageStore): string {
  return join(layers, "../build-mounts");
}
