import type { ArchiveSource } from "@wb/overlay";
import { ImageError } from "./image-error.ts";
import type { ImageStore } from "./layout/image-store.ts";
import { changeManifests, withName } from "./layout/named-manifests.ts";
import { shareStore } from "./layout/store-lock.ts";
import { readImage } from "./layout/stored-image.ts";
import { archiveFiles } from "./load/archive-files.ts";
import { DOCKER_MANIFEST, dockerArchive } from "./load/docker-archive.ts";
import type { FoundImage } from "./load/found-image.ts";
import { OCI_INDEX, ociArchive } from "./load/oci-archive.ts";
import { familiarReference, parseReference } from "./reference/image-reference.ts";

/** An image that was in an archive, and is in the store. */
export interface LoadedImage {
  /** `sha256:…` */
  readonly id: string;
  /** As people write them: `busybox:latest`. */
  readonly names: readonly string[];
}

/** A name that another image has lost. */
export interface ReplacedName {
  /** As people write it. */
  readonly name: string;
  /** Of the image that had it. */
  readonly id: string;
}

/**
 * Adds the images of an archive, plain or compressed, to the store: of one that docker, podman, skopeo or BuildKit has written, in docker's
 * format or with an OCI layout. All of it is verified before anything of it has a name; of one that is refused, or whose process is killed,
 * nothing is there.
 *
 * Equivalent to `docker load`.
 *
 * @throws ImageError WB_IMAGE_INVALID, WB_IMAGE_UNSUPPORTED, WB_IMAGE_REFERENCE; TarError for an archive that is broken
 */
export async function loadImages(
  store: ImageStore,
  source: ArchiveSource,
): Promise<{ readonly images: readonly LoadedImage[]; readonly replaced: readonly ReplacedName[] }> {
  using files = await archiveFiles(store, source);
  using _shared = await shareStore(store);
  const read = FORMATS.find(({ path }) => files.find(path) !== undefined)?.read;
  if (read === undefined)
    throw new ImageError(
      "WB_IMAGE_INVALID",
      `the archive has no images: neither ${OCI_INDEX} nor ${DOCKER_MANIFEST} is in it`,
      {
        hint: "wb import makes an image of a root file system's archive",
      },
    );
  const found = await read(store, files);
  if (found.length === 0) throw new ImageError("WB_IMAGE_INVALID", "the archive has no images");
  for (const file of new Set(found.flatMap((image) => image.files))) file.keep();
  const replaced = await register(store, found);
  return { images: found.map(({ id, names }) => ({ id, names: names.map(familiar) })), replaced };
}

/** What docker has written since version 25 has both: the manifests of the layout are those that registries know. */
const FORMATS = [
  { path: OCI_INDEX, read: ociArchive },
  { path: DOCKER_MANIFEST, read: dockerArchive },
] as const;

/** All at once. */
function register(store: ImageStore, found: readonly FoundImage[]): Promise<ReplacedName[]> {
  return changeManifests(store, (before) => {
    const named = found.flatMap(({ id, names, manifest }) =>
      (names.length === 0 ? [undefined] : names).map((name) => ({ id, name, manifest })),
    );
    const replaced = named.flatMap(({ id, name }) => {
      const other = name === undefined ? undefined : before.find((one) => one.name === name);
      const otherId = other === undefined ? id : readImage(store, other.descriptor).id;
      return name === undefined || otherId === id ? [] : [{ name: familiar(name), id: otherId }];
    });
    const manifests = named.reduce((all, { name, manifest }) => withName(all, name, manifest), [...before]);
    return { manifests, result: replaced };
  });
}

function familiar(name: string): string {
  return familiarReference(parseReference(name));
}
