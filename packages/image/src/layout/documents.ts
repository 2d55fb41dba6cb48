import type { ImageConfig } from "./image-config.ts";

/** OCI image-spec, descriptor.md. */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:…` */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
  readonly urls?: readonly string[];
}

export interface Platform {
  /** As Go has them: `linux`, `amd64`, `v8`. */
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** OCI image-spec, manifest.md; docker's v2 schema 2 is the same but for media types. */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly config: Descriptor;
  /** The lowest first. */
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** OCI image-spec, image-index.md. */
export interface ImageIndex {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly manifests: readonly Descriptor[];
}

/** OCI image-spec, config.md: what an image's id is the digest of. */
export interface ImageDocument {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  /** RFC 3339. */
  readonly created?: string;
  readonly author?: string;
  readonly config?: ImageConfig;
  readonly rootfs: {
    readonly type: "layers";
    /** `sha256:…` of each layer's tar archive, the lowest first. */
    readonly diff_ids: readonly string[];
  };
  readonly history?: readonly HistoryEntry[];
  /** docker's. */
  readonly container_config?: ImageConfig;
  readonly docker_version?: string;
}

export interface HistoryEntry {
  readonly created?: string;
  readonly created_by?: string;
  readonly author?: string;
  readonly comment?: string;
  readonly empty_layer?: boolean;
}
