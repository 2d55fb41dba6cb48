import { ImageError } from "./image-error.ts";
import { hasBlob, putBlob, readBlob } from "./layout/blobs.ts";
import type { Descriptor, ImageDocument, ImageIndex, Manifest, Platform } from "./layout/documents.ts";
import { fetchBlob } from "./layout/fetch-blob.ts";
import type { ImageStore } from "./layout/image-store.ts";
import { layerDirectoriesOf } from "./layout/layer-directories.ts";
import { isIndex, isManifest, MEDIA } from "./layout/media-types.ts";
import { nameManifest } from "./layout/put-image.ts";
import { shareStore } from "./layout/store-lock.ts";
import { findImage, needImage, readImage, REPO_DIGEST, type StoredImage } from "./layout/stored-image.ts";
import { formatPlatform, hostPlatform, isSamePlatform } from "./platform.ts";
import { formatReference, type ImageReference, withDefaultTag } from "./reference/image-reference.ts";
import type { PulledManifest } from "./registry/manifests.ts";
import { openRegistry, type Registry, type RegistryOptions } from "./registry/registry.ts";

export interface PullOptions extends RegistryOptions {
  /** Default: this machine's. */
  readonly platform?: Platform | undefined;
  /** Is told of each layer. */
  readonly onLayer?: (event: LayerEvent) => void;
}

/** What becomes of a layer. */
export interface LayerEvent {
  /** `sha256:…` of the layer. */
  readonly digest: string;
  readonly status: LayerStatus;
  /** Bytes. */
  readonly current: number;
  readonly total: number;
}

/** docker's words. */
export type LayerStatus =
  | "Pulling fs layer"
  | "Already exists"
  | "Downloading"
  | "Download complete"
  | "Extracting"
  | "Pull complete";

export interface PulledImage {
  readonly image: StoredImage;
  /** `sha256:…` of what the name stands for: the manifest, or an index of several platforms. */
  readonly digest: string;
  /** Whether the name stood for something else before, or for nothing. */
  readonly isNew: boolean;
}

/**
 * Takes an image from its registry into the store, and unpacks it. Layers that the store has are not fetched, others by several connections; each
 * is fetched once, whoever else pulls it at the same time.
 *
 * Equivalent to `docker pull`.
 *
 * @throws ImageError
 */
export async function pullImage(
  store: ImageStore,
  name: ImageReference,
  { platform, onLayer = () => {}, ...options }: PullOptions = {},
): Promise<PulledImage> {
  const reference = withDefaultTag(name);
  using registry = openRegistry(reference, options);
  using _shared = await shareStore(store);
  const top = await registry.manifest(reference.digest ?? reference.tag ?? "latest");
  const manifest = await forPlatform(registry, top, { platform, reference });
  const { config, layers } = parsed(manifest);
  const document = await configOf(store, registry, config);
  refuseOther(document, { platform, reference });
  const ids = document.rootfs.diff_ids;
  if (ids.length !== layers.length)
    throw new ImageError(
      "WB_IMAGE_INVALID",
      `the image has ${layers.length} layers, and its configuration ${ids.length}`,
    );
  const missing = layers.filter(({ digest }) => !hasBlob(store, digest));
  for (const layer of layers) onLayer(eventOf(layer, missing.includes(layer) ? "Pulling fs layer" : "Already exists"));
  await allOf(missing, AT_ONCE, (descriptor) => fetchLayer(store, registry, descriptor, onLayer));
  for (const layer of missing) onLayer(eventOf(layer, "Extracting"));
  await layerDirectoriesOf(
    store,
    layers.map((descriptor, index) => ({ descriptor, diffId: ids[index] ?? "" })),
  );
  for (const layer of missing) onLayer(eventOf(layer, "Pull complete", layer.size));
  const { digest } = putBlob(store, manifest.bytes);
  return await named(store, { ...manifest, digest }, { reference, top: top.digest });
}

/** Layers of an image that are fetched at once: docker's max-concurrent-downloads. */
const AT_ONCE = 3;

async function fetchLayer(
  store: ImageStore,
  registry: Registry,
  descriptor: Descriptor,
  onLayer: (event: LayerEvent) => void,
): Promise<void> {
  const { digest, size, mediaType, urls = [] } = descriptor;
  if (!LAYERS.test(mediaType) || urls.length > 0)
    throw new ImageError(
      "WB_IMAGE_UNSUPPORTED",
      `the layer ${digest} is of the kind ${mediaType}, which is not known`,
      {
        hint: "layers are tar archives, compressed by gzip or zstd, that the registry itself has",
      },
    );
  await fetchBlob(store, registry, descriptor, (bytes) => onLayer(eventOf(descriptor, "Downloading", bytes)));
  onLayer(eventOf(descriptor, "Download complete", size));
}

function eventOf({ digest, size }: Descriptor, status: LayerStatus, current = 0): LayerEvent {
  return { digest, status, current, total: size };
}

const LAYERS =
  /^application\/vnd\.(?:oci\.image\.layer\.v1\.tar(?:\+gzip|\+zstd)?|docker\.image\.rootfs\.diff\.tar(?:\.gzip)?)$/;

/** The manifest for a platform, where there are several. */
async function forPlatform(
  registry: Registry,
  top: PulledManifest,
  {
    platform = hostPlatform(),
    reference,
  }: { readonly platform: Platform | undefined; readonly reference: ImageReference },
): Promise<PulledManifest> {
  if (!isIndex(kindOf(top))) return top;
  const { manifests } = json(top.bytes) as Partial<ImageIndex>;
  const all = Array.isArray(manifests) ? manifests.filter(({ mediaType }) => isManifest(mediaType)) : [];
  const found = all.find((one) => one.platform !== undefined && isSamePlatform(one.platform, platform));
  if (found !== undefined) return registry.manifest(found.digest);
  const others = all.flatMap((one) =>
    one.platform === undefined || one.platform.os === "unknown" ? [] : formatPlatform(one.platform),
  );
  throw new ImageError(
    "WB_IMAGE_NOT_FOUND",
    `no matching manifest for ${formatPlatform(platform)} in the manifest list entries of ${formatReference(reference)}`,
    { hint: others.length === 0 ? "the list is empty" : `it is there for ${[...new Set(others)].join(", ")}` },
  );
}

/** What it says itself, where the registry does not. */
function kindOf({ bytes, mediaType }: Pick<PulledManifest, "bytes" | "mediaType">): string {
  const { mediaType: own, manifests } = json(bytes) as { readonly mediaType?: unknown; readonly manifests?: unknown };
  if (typeof own === "string") return own;
  if (isIndex(mediaType) || isManifest(mediaType)) return mediaType;
  return manifests === undefined ? MEDIA.manifest : MEDIA.index;
}

function parsed(manifest: PulledManifest): Manifest {
  const { schemaVersion, config, layers } = json(manifest.bytes) as Partial<Manifest>;
  if ((schemaVersion as number | undefined) === 1)
    throw new ImageError(
      "WB_IMAGE_UNSUPPORTED",
      "the image has a manifest of docker's schema 1, which is not supported",
      {
        hint: "pushing it anew with a docker of 2017 or later gives it another one",
      },
    );
  if (schemaVersion !== 2 || typeof config?.digest !== "string" || !Array.isArray(layers))
    throw new ImageError("WB_IMAGE_INVALID", `${manifest.digest} is no manifest of an image`);
  return json(manifest.bytes) as Manifest;
}

async function configOf(store: ImageStore, registry: Registry, config: Descriptor): Promise<ImageDocument> {
  if (config.size > LARGEST_CONFIG)
    throw new ImageError("WB_IMAGE_INVALID", `the configuration of the image has ${config.size} bytes`);
  await fetchBlob(store, registry, config, () => {});
  const document = json(readBlob(store, config.digest)) as Partial<ImageDocument>;
  if (!Array.isArray(document.rootfs?.diff_ids) || typeof document.os !== "string")
    throw new ImageError("WB_IMAGE_INVALID", `${config.digest} is no configuration of an image`);
  return document as ImageDocument;
}

const LARGEST_CONFIG = 8 * 2 ** 20;

function refuseOther(
  document: ImageDocument,
  { platform, reference }: { readonly platform: Platform | undefined; readonly reference: ImageReference },
): void {
  if (platform === undefined || isSamePlatform(document, platform)) return;
  throw new ImageError(
    "WB_IMAGE_NOT_FOUND",
    `image with reference ${formatReference(reference)} was found but does not match the specified platform: wanted ${formatPlatform(platform)}, actual: ${formatPlatform(document)}`,
  );
}

function json(bytes: Buffer): object {
  try {
    return Object(JSON.parse(bytes.toString()));
  } catch (cause) {
    throw new ImageError("WB_IMAGE_INVALID", "the registry sent a document that is no JSON", { cause });
  }
}

async function named(
  store: ImageStore,
  { bytes, mediaType, digest }: PulledManifest,
  { reference, top }: { readonly reference: ImageReference; readonly top: string },
): Promise<PulledImage> {
  const { domain, path, tag } = reference;
  const descriptor: Descriptor = {
    mediaType: isManifest(mediaType) ? mediaType : MEDIA.manifest,
    digest,
    size: bytes.length,
    annotations: { [REPO_DIGEST]: `${domain}/${path}@${top}` },
  };
  const { document } = readImage(store, descriptor);
  const { os, architecture, variant } = document;
  const name = tag === undefined || reference.digest !== undefined ? undefined : formatReference(reference);
  const before = name === undefined ? undefined : findImage(store, name);
  await nameManifest(
    store,
    { ...descriptor, platform: { os, architecture, ...(variant === undefined ? {} : { variant }) } },
    name,
  );
  const image = needImage(store, name ?? `${domain}/${path}@${top}`);
  return { image, digest: top, isNew: before?.id !== image.id };
}

async function allOf<T>(items: readonly T[], atOnce: number, use: (item: T) => Promise<void>): Promise<void> {
  const rest = [...new Set(items)];
  const errors: unknown[] = [];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let item = rest.shift(); item !== undefined && errors.length === 0; item = rest.shift())
        await use(item).catch((error: unknown) => errors.push(error));
    }),
  );
  if (errors.length > 0) throw errors[0];
}
