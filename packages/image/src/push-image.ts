import { ImageError } from "./image-error.ts";
import { openBlob, readBlob } from "./layout/blobs.ts";
import type { Descriptor, Manifest } from "./layout/documents.ts";
import type { ImageStore } from "./layout/image-store.ts";
import { nameManifest } from "./layout/put-image.ts";
import { shareStore } from "./layout/store-lock.ts";
import { listImages, needImage, REPO_DIGEST } from "./layout/stored-image.ts";
import { formatReference, type ImageReference, parseReference, withDefaultTag } from "./reference/image-reference.ts";
import { openRegistry, type Registry, type RegistryOptions } from "./registry/registry.ts";

export interface PushOptions extends RegistryOptions {
  /** Is told of each layer. */
  readonly onLayer?: (event: PushEvent) => void;
}

export interface PushEvent {
  /** `sha256:…` of the layer. */
  readonly digest: string;
  /** docker's words: `Preparing`, `Pushing`, `Pushed`, `Layer already exists`, `Mounted from REPOSITORY`. */
  readonly status: string;
  /** Bytes. */
  readonly current: number;
  readonly total: number;
}

export interface PushedImage {
  readonly tag: string;
  /** `sha256:…` of its manifest. */
  readonly digest: string;
  /** Bytes of its manifest. */
  readonly size: number;
}

/**
 * Gives an image to the registry of its name. Layers that are there already are not sent, nor those that the registry has in another repository.
 *
 * Equivalent to `docker push`.
 *
 * @throws ImageError
 */
export async function pushImage(
  store: ImageStore,
  name: ImageReference,
  { onLayer = () => {}, ...options }: PushOptions = {},
): Promise<PushedImage> {
  const reference = withDefaultTag(name);
  if (reference.digest !== undefined || reference.tag === undefined)
    throw new ImageError("WB_IMAGE_REFERENCE", "cannot push a digest reference", { hint: "wb tag gives it a name" });
  using _shared = await shareStore(store);
  const { manifest, id } = needImage(store, formatReference(reference));
  const bytes = readBlob(store, manifest.digest);
  const { config, layers } = JSON.parse(bytes.toString()) as Manifest;
  using registry = openRegistry(reference, options);
  for (const { digest, size } of layers) onLayer({ digest, status: "Preparing", current: 0, total: size });
  const known = repositoriesOf(store, reference);
  const waiting = [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let layer = waiting.shift(); layer !== undefined; layer = waiting.shift())
        await pushLayer(store, registry, layer, { from: known.get(layer.digest) ?? [], onLayer });
    }),
  );
  await pushLayer(store, registry, config, { from: [], onLayer: () => {} });
  await registry.putManifest(reference.tag, bytes, manifest.mediaType);
  await remember(store, { manifest, id }, reference);
  return { tag: reference.tag, digest: manifest.digest, size: bytes.length };
}

/** docker's max-concurrent-uploads. */
const AT_ONCE = 5;

async function pushLayer(
  store: ImageStore,
  registry: Registry,
  { digest, size }: Descriptor,
  { from, onLayer }: { readonly from: readonly string[]; readonly onLayer: (event: PushEvent) => void },
): Promise<void> {
  const tell = (status: string, current = 0): void => onLayer({ digest, status, current, total: size });
  if (await registry.hasBlob(digest)) return tell("Layer already exists");
  for (const repository of from)
    if (await registry.mountBlob(digest, repository)) return tell(`Mounted from ${repository}`);
  tell("Pushing");
  await registry.pushBlob({ digest, size }, (at) => openBlob(store, digest, at), {
    onProgress: (sent) => tell("Pushing", sent),
  });
  tell("Pushed", size);
}

/** Repositories of the same registry that have a layer, by its digest: those that images were pulled from, or pushed to. */
function repositoriesOf(store: ImageStore, { domain, path }: ImageReference): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { layers, repoDigests } of listImages(store)) {
    const repositories = repoDigests
      .map((text) => parseReference(text))
      .filter((one) => one.domain === domain && one.path !== path)
      .map((one) => one.path);
    for (const { digest } of layers)
      found.set(digest, [...new Set([...(found.get(digest) ?? []), ...repositories])].slice(0, MOST_MOUNTS));
  }
  return found;
}

/** How many repositories are asked for a layer. */
const MOST_MOUNTS = 4;

/** The registry knows it by its digest from now on. */
async function remember(
  store: ImageStore,
  { manifest, id }: { readonly manifest: Descriptor; readonly id: string },
  reference: ImageReference,
): Promise<void> {
  const own = `${reference.domain}/${reference.path}@${manifest.digest}`;
  const all = new Set([...(manifest.annotations?.[REPO_DIGEST] ?? "").split(" ").filter(Boolean), own]);
  const annotations = { ...manifest.annotations, [REPO_DIGEST]: [...all].join(" ") };
  const name = formatReference(reference);
  // Somebody may have given the name to another one meanwhile.
  if (needImage(store, name).id === id) await nameManifest(store, { ...manifest, annotations }, name);
}
