import type { ImageConfig } from "@wb/image";

/** The image that a container is made of. */
export interface ContainerImage {
  /** The digest of its configuration. */
  readonly id: string;
  /** As it was asked for. */
  readonly name: string;
  readonly config: ImageConfig;
}
