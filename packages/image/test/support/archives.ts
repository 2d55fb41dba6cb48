import { createHash } from "node:crypto";
import { archive, type Entry } from "@wb/testing";

export const digest = (bytes: Buffer | string): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const blob = (bytes: Buffer | string): string => `blobs/sha256/${digest(bytes).slice(7)}`;

export const LAYER: Buffer = archive({ name: "hello", content: "world" });

export function configOf(layers: readonly Buffer[], more: object = {}): string {
  return JSON.stringify({
    architecture: "amd64",
    os: "linux",
    config: { Cmd: ["sh"] },
    rootfs: { type: "layers", diff_ids: layers.map(digest) },
    ...more,
  });
}

export interface DockerParts {
  readonly config?: string;
  readonly configPath?: string;
  readonly layers?: readonly Entry[];
  /** Instead of the paths of the layers. */
  readonly paths?: readonly string[];
  readonly tags?: unknown;
  readonly more?: readonly Entry[];
  readonly manifest?: string;
}

/** What `docker save` wrote before version 25; each field of it can be another. */
export function dockerArchiveOf({
  config = configOf([LAYER]),
  configPath = `${digest(config).slice(7)}.json`,
  layers = [{ name: "one/layer.tar", content: LAYER }],
  paths = layers.map(({ name = "" }) => name),
  tags = ["box:1"],
  more = [],
  manifest = JSON.stringify([{ Config: configPath, RepoTags: tags, Layers: paths }]),
}: DockerParts = {}): Buffer {
  return archive(
    ...layers,
    ...more,
    { name: configPath, content: config },
    { name: "manifest.json", content: manifest },
  );
}

export interface OciParts {
  readonly annotations?: object;
  readonly layer?: Buffer;
  readonly layerType?: string;
  readonly config?: string;
  /** Changes what the index says of the manifest. */
  readonly descriptor?: object;
  readonly more?: readonly Entry[];
  readonly without?: "layer" | "config" | "manifest";
  readonly index?: string;
}

/** An OCI layout in an archive. */
export function ociArchiveOf({
  annotations = { "org.opencontainers.image.ref.name": "box:1" },
  layer = LAYER,
  layerType = "application/vnd.oci.image.layer.v1.tar",
  config = configOf([LAYER]),
  descriptor = {},
  more = [],
  without,
  index,
}: OciParts = {}): Buffer {
  const describe = (mediaType: string, bytes: Buffer | string) => ({
    mediaType,
    digest: digest(bytes),
    size: Buffer.byteLength(bytes),
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    config: describe("application/vnd.oci.image.config.v1+json", config),
    layers: [describe(layerType, layer)],
  });
  const described = {
    ...describe("application/vnd.oci.image.manifest.v1+json", manifest),
    annotations,
    ...descriptor,
  };
  const parts = { layer, config, manifest };
  const blobs = Object.entries(parts).flatMap(([name, content]) =>
    name === without ? [] : [{ name: blob(content), content }],
  );
  return archive(
    ...more,
    ...blobs,
    { name: "index.json", content: index ?? JSON.stringify({ schemaVersion: 2, manifests: [described] }) },
    { name: "oci-layout", content: '{"imageLayoutVersion":"1.0.0"}' },
  );
}
