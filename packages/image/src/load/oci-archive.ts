import { ImageError } from "../image-error.ts";
import { checkDocument } from "../layout/check-document.ts";
import type { Descriptor, Platform } from "../layout/documents.ts";
import type { ImageStore } from "../layout/image-store.ts";
import { isIndex, isManifest } from "../layout/media-types.ts";
import { formatPlatform, hostPlatform, isSamePlatform } from "../platform.ts";
import { annotatedName } from "./annotated-name.ts";
import type { ArchiveFiles } from "./archive-files.ts";
import { checkLayers, type SeenLayers } from "./check-layers.ts";
import { descriptorOf, descriptorsOf } from "./descriptor-of.ts";
import type { FoundImage } from "./found-image.ts";
import { jsonFile, type SpooledFile } from "./spooled-file.ts";

export const OCI_INDEX = "index.json";

/**
 * The images of an OCI layout in an archive: those of this platform, where there are several of one name.
 *
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 *
 * @throws ImageError WB_IMAGE_INVALID; WB_IMAGE_UNSUPPORTED for what is for other platforms alone
 */
export async function ociArchive(_store: ImageStore, files: ArchiveFiles): Promise<FoundImage[]> {
  const top = descriptorsOf(await jsonFile(files.need(OCI_INDEX), OCI_INDEX), OCI_INDEX);
  const seen: SeenLayers = new Map();
  const found = new Map<string, FoundImage>();
  for (const group of named(top)) {
    const descriptor = await chosen(files, group.descriptors, 0);
    if (descriptor === undefined) continue;
    const before = found.get(descriptor.digest);
    const image = before ?? (await imageOf(files, descriptor, seen));
    found.set(descriptor.digest, { ...image, names: [...image.names, ...group.names] });
  }
  return [...found.values()];
}

interface Group {
  readonly names: readonly string[];
  readonly descriptors: readonly Descriptor[];
}

/** Images of one name are one for several platforms; each without a name is one. */
function named(descriptors: readonly Descriptor[]): Group[] {
  const names = new Map<string, Descriptor[]>();
  const unnamed: Group[] = [];
  for (const descriptor of descriptors.filter(isImage)) {
    const name = annotatedName(descriptor.annotations ?? {});
    if (name === undefined) unnamed.push({ names: [], descriptors: [descriptor] });
    else names.set(name, [...(names.get(name) ?? []), descriptor]);
  }
  return [...[...names].map(([name, all]) => ({ names: [name], descriptors: all })), ...unnamed];
}

/** BuildKit has what it knows of how an image was built beside it. */
function isImage({ annotations = {}, platform }: Descriptor): boolean {
  return annotations["vnd.docker.reference.type"] === undefined && platform?.os !== "unknown";
}

async function chosen(
  files: ArchiveFiles,
  descriptors: readonly Descriptor[],
  depth: number,
): Promise<Descriptor | undefined> {
  const all = descriptors.filter(isImage);
  // docker's archives have the index of all platforms, but the image of one.
  const there = all.filter((descriptor) => files.find(blobPath(descriptor)) !== undefined);
  const images = there.length === 0 ? all : there;
  const host = hostPlatform();
  const [only] = images;
  const found =
    images.length === 1
      ? only
      : (images.find(({ platform }) => platform !== undefined && isSamePlatform(platform, host)) ??
        images.find(({ platform }) => platform === undefined));
  if (found === undefined && images.length > 0)
    throw new ImageError(
      "WB_IMAGE_UNSUPPORTED",
      `the archive has no image for ${formatPlatform(host)}, but for ${images.map(platformText).join(", ")}`,
    );
  if (found === undefined || !isIndex(found.mediaType)) return found;
  if (depth >= DEEPEST) throw new ImageError("WB_IMAGE_INVALID", "indexes in the archive lie too deep in each other");
  const { path, file } = blob(files, found);
  return chosen(files, descriptorsOf(await jsonFile(file, path), path), depth + 1);
}

const DEEPEST = 4;

function platformText({ platform }: Descriptor): string {
  return platform === undefined ? "an unknown one" : formatPlatform(platform);
}

async function imageOf(files: ArchiveFiles, descriptor: Descriptor, seen: SeenLayers): Promise<FoundImage> {
  if (!isManifest(descriptor.mediaType))
    throw new ImageError("WB_IMAGE_UNSUPPORTED", `the archive has a ${descriptor.mediaType}, which is no image`);
  const manifest = blob(files, descriptor);
  const value = Object(await jsonFile(manifest.file, manifest.path)) as Readonly<Record<string, unknown>>;
  const config = blob(files, descriptorOf(value["config"], manifest.path));
  if (!Array.isArray(value["layers"]))
    throw new ImageError("WB_IMAGE_INVALID", `${manifest.path} in the archive is no manifest of an image`);
  const layers = value["layers"].map((layer) => blob(files, descriptorOf(layer, manifest.path)));
  const document = checkDocument(await jsonFile(config.file, config.path), config.path);
  await checkLayers(layers, document, seen);
  const { mediaType, digest, size } = descriptor;
  return {
    id: config.file.digest,
    names: [],
    manifest: { mediaType, digest, size, platform: platformOf(document) },
    files: [...layers.map(({ file }) => file), config.file, manifest.file],
  };
}

function blobPath({ digest }: Pick<Descriptor, "digest">): string {
  return `blobs/sha256/${digest.slice("sha256:".length)}`;
}

/** @throws ImageError WB_IMAGE_INVALID for one that is missing, or has other bytes */
function blob(
  files: ArchiveFiles,
  { digest, size }: Descriptor,
): { readonly path: string; readonly file: SpooledFile } {
  const path = blobPath({ digest });
  const file = files.need(path);
  if (file.digest !== digest)
    throw new ImageError(
      "WB_IMAGE_INVALID",
      `digest verification failed for ${path} in the archive: ${file.digest} came`,
    );
  if (file.size !== size)
    throw new ImageError("WB_IMAGE_INVALID", `${path} in the archive has ${file.size} bytes, and not ${size}`);
  return { path, file };
}

function platformOf({ os, architecture, variant }: Platform): Platform {
  return { os, architecture, ...(typeof variant === "string" && variant !== "" ? { variant } : {}) };
}
