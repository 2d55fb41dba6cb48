import type { Descriptor } from "../layout/documents.ts";
import type { SpooledFile } from "./spooled-file.ts";

/** An image of an archive, all of which was verified. */
export interface FoundImage {
  /** `sha256:…` of its configuration. */
  readonly id: string;
  /** Whole names: `docker.io/library/busybox:latest`. */
  readonly names: readonly string[];
  readonly manifest: Descriptor;
  /** What is to be in the store for it. */
  readonly files: readonly SpooledFile[];
}
