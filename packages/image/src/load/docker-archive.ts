import { ImageError } from "../image-error.ts";
import { addLayer } from "../layout/add-layer.ts";
import { blobSize } from "../layout/blobs.ts";
import { checkDocument } from "../layout/check-document.ts";
import type { Descriptor, ImageDocument, Manifest } from "../layout/documents.ts";
import type { ImageStore } from "../layout/image-store.ts";
import { MEDIA } from "../layout/media-types.ts";
import { listImages } from "../layout/stored-image.ts";
import { formatReference, parseReference, withDefaultTag } from "../reference/image-reference.ts";
import type { ArchiveFiles } from "./archive-files.ts";
import { checkLayers, type LayerFile, type SeenLayers, seeLayer } from "./check-layers.ts";
import type { FoundImage } from "./found-image.ts";
import { inMemory, jsonFile, type SpooledFile } from "./spooled-file.ts";

export const DOCKER_MANIFEST = "manifest.json";

/**
 * The images of an archive that `docker save` writes: moby, image/tarexport.
 *
 * @throws ImageError WB_IMAGE_INVALID
 */
export async function dockerArchive(store: ImageStore, files: ArchiveFiles): Promise<FoundImage[]> {
  const items = await jsonFile(files.need(DOCKER_MANIFEST), DOCKER_MANIFEST);
  if (!Array.isArray(items)) throw invalid("it is no list");
  const seen: SeenLayers = new Map();
  const found: FoundImage[] = [];
  for (const item of items as readonly unknown[]) found.push(await imageOf(store, files, { ...itemOf(item), seen }));
  return found;
}

interface Item {
  readonly config: string;
  readonly names: readonly string[];
  readonly layers: readonly string[];
}

function itemOf(value: unknown): Item {
  const { Config: config, RepoTags: tags, Layers: layers } = Object(value) as Readonly<Record<string, unknown>>;
  if (typeof config !== "string") throw invalid("an image has no Config");
  const texts = (list: unknown, name: string): string[] => {
    if (list === undefined || list === null) return [];
    if (Array.isArray(list) && list.every((one) => typeof one === "string")) return list;
    throw invalid(`${name} of an image is no list of strings`);
  };
  return { config, names: texts(tags, "RepoTags").map(wholeName), layers: texts(layers, "Layers") };
}

function wholeName(text: string): string {
  const reference = parseReference(text);
  if (reference.digest !== undefined) throw invalid(`the name ${text} has a digest`);
  return formatReference(withDefaultTag(reference));
}

async function imageOf(
  store: ImageStore,
  files: ArchiveFiles,
  { config, names, layers, seen }: Item & { readonly seen: SeenLayers },
): Promise<FoundImage> {
  const configFile = files.need(config);
  const document = checkDocument(await jsonFile(configFile, config), config);
  const layerFiles = layers.map((path): LayerFile => ({ path, file: files.need(path) }));
  for (const { path, file } of [{ path: config, file: configFile }, ...layerFiles]) checkBlobName(path, file.digest);
  await checkLayers(layerFiles, document, seen);
  const id = configFile.digest;
  const before = stored(store, id);
  if (before !== undefined) return { id, names, manifest: before, files: [] };
  const described: { descriptor: Descriptor; file?: SpooledFile }[] = [];
  for (const layer of layerFiles) described.push(await describe(store, layer, seen));
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: MEDIA.manifest,
    config: { mediaType: MEDIA.config, digest: id, size: configFile.size },
    layers: described.map(({ descriptor }) => descriptor),
  };
  const manifestFile = inMemory(store, Buffer.from(JSON.stringify(manifest)));
  return {
    id,
    names,
    manifest: {
      mediaType: MEDIA.manifest,
      digest: manifestFile.digest,
      size: manifestFile.size,
      platform: platformOf(document),
    },
    files: [...described.flatMap(({ file }) => file ?? []), configFile, manifestFile],
  };
}

/** Registries take what is compressed by gzip or zstd, and what is not. */
async function describe(
  store: ImageStore,
  { file }: LayerFile,
  seen: SeenLayers,
): Promise<{ readonly descriptor: Descriptor; readonly file?: SpooledFile }> {
  const { compression } = await seeLayer(file, seen);
  const mediaType = MEDIA_TYPES[compression];
  if (mediaType === undefined) return { descriptor: (await addLayer(store, file.bytes())).descriptor };
  return { descriptor: { mediaType, digest: file.digest, size: file.size }, file };
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  none: MEDIA.layer,
  gzip: MEDIA.layerGzip,
  zstd: MEDIA.layerZstd,
};

/** The same image may be there as a registry has it: that need not be there twice. */
function stored(store: ImageStore, id: string): Descriptor | undefined {
  const image = listImages(store).find((one) => one.id === id);
  return image?.layers.every(({ digest, size }) => blobSize(store, digest) === size) === true
    ? image.manifest
    : undefined;
}

/** A path that says what is in the file. */
function checkBlobName(path: string, digest: string): void {
  const hex = /^blobs\/sha256\/([\da-f]{64})$/.exec(path)?.[1];
  if (hex !== undefined && digest !== `sha256:${hex}`)
    throw new ImageError("WB_IMAGE_INVALID", `digest verification failed for ${path} in the archive: ${digest} came`);
}

function platformOf({ os, architecture, variant }: ImageDocument): NonNullable<Descriptor["platform"]> {
  return { os, architecture, ...(typeof variant === "string" && variant !== "" ? { variant } : {}) };
}

function invalid(why: string): ImageError {
  return new ImageError("WB_IMAGE_INVALID", `${DOCKER_MANIFEST} in the archive is not as it is to be: ${why}`);
}
