import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ImageError } from "../image-error.ts";
import { replaceFile } from "../store/replace-file.ts";
import type { Descriptor, ImageIndex } from "./documents.ts";
import type { ImageStore } from "./image-store.ts";
import { lockIndex } from "./store-lock.ts";

/** The annotation with a manifest's name in an image layout, OCI image-spec, annotations.md. */
const NAME = "org.opencontainers.image.ref.name";

/** A manifest of the store, and one of its names: none for one that has lost its last. */
export interface NamedManifest {
  /** The whole name: `docker.io/library/busybox:latest`. */
  readonly name: string | undefined;
  readonly descriptor: Descriptor;
}

export function namedManifests(store: ImageStore): NamedManifest[] {
  return read(store).manifests.map((descriptor) => ({ name: descriptor.annotations?.[NAME], descriptor }));
}

/**
 * Changes which manifests have which names, for all at once.
 *
 * @param change returns what is to be there from now on
 */
export async function changeManifests<T>(
  store: ImageStore,
  change: (before: readonly NamedManifest[]) => { readonly manifests: readonly NamedManifest[]; readonly result: T },
): Promise<T> {
  using _lock = await lockIndex(store);
  const { manifests, result } = change(namedManifests(store));
  const index: ImageIndex = { ...read(store), manifests: manifests.map(described) };
  replaceFile(join(store.images, "index.json"), `${JSON.stringify(index)}\n`);
  return result;
}

/** Gives a manifest a name, which another one loses; that is left without one where it was its last. */
export function withName(
  before: readonly NamedManifest[],
  name: string | undefined,
  descriptor: Descriptor,
): NamedManifest[] {
  const others = before.flatMap((one) => {
    if (name === undefined || one.name !== name) return [one];
    const isLast = before.filter(({ descriptor: { digest } }) => digest === one.descriptor.digest).length === 1;
    return isLast && one.descriptor.digest !== descriptor.digest ? [{ ...one, name: undefined }] : [];
  });
  const isNamed = others.some((one) => one.descriptor.digest === descriptor.digest && one.name !== undefined);
  if (name === undefined && (isNamed || others.some((one) => one.descriptor.digest === descriptor.digest)))
    return others;
  // It has a name now.
  const rest = others.filter((one) => one.name !== undefined || one.descriptor.digest !== descriptor.digest);
  return [...rest, { name, descriptor }];
}

function described({ name, descriptor }: NamedManifest): Descriptor {
  const { annotations = {}, ...rest } = descriptor;
  const others = Object.entries(annotations).filter(([key]) => key !== NAME);
  const all = [...others, ...(name === undefined ? [] : [[NAME, name] as const])];
  return all.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(all) };
}

function read({ images }: ImageStore): ImageIndex {
  const path = join(images, "index.json");
  const index: unknown = JSON.parse(readFileSync(path, "utf8"));
  const { manifests } = Object(index) as Partial<ImageIndex>;
  if (!Array.isArray(manifests)) throw new ImageError("WB_IMAGE_INVALID", `${path} is no index of images`);
  return index as ImageIndex;
}
