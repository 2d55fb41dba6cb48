import {
  familiarReference,
  familiarRepository,
  layerPlace,
  needImage,
  parseReference,
  type StoredImage,
} from "@wb/image";
import { imageSize } from "./image-rows.ts";
import { storeOfImages } from "./store-of-images.ts";

/** What docker image inspect says of an image (moby, api/types, ImageInspect). @throws ImageError when there is none */
export function imageDocument(reference: string): object {
  const store = storeOfImages();
  const image = needImage(store, reference);
  const { id, document } = image;
  const { rootfs, config = {}, architecture, variant, os } = document;
  const size = imageSize(store, image);
  const places = rootfs.diff_ids.map((diffId) => layerPlace(store, diffId)).toReversed();
  const [upper, ...lower] = places;
  return {
    Id: id,
    RepoTags: image.names.toSorted().map((name) => familiarReference(parseReference(name))),
    RepoDigests: repoDigests(image),
    Parent: "",
    Comment: document.history?.at(-1)?.comment ?? "",
    Created: document.created ?? "0001-01-01T00:00:00Z",
    Container: "",
    ContainerConfig: document.container_config ?? {},
    DockerVersion: document.docker_version ?? "",
    Author: document.author ?? "",
    Config: config,
    Architecture: architecture,
    ...(variant === undefined ? {} : { Variant: variant }),
    Os: os,
    Size: size,
    VirtualSize: size,
    GraphDriver: {
      Data: {
        ...(lower.length === 0 ? {} : { LowerDir: lower.join(":") }),
        ...(upper === undefined ? {} : { UpperDir: upper }),
      },
      Name: "overlay2",
    },
    RootFS: { Type: rootfs.type, Layers: rootfs.diff_ids },
    Metadata: { LastTagTime: "0001-01-01T00:00:00Z" },
  };
}

function repoDigests({ repoDigests: all }: StoredImage): string[] {
  return all.toSorted().map((text) => {
    const reference = parseReference(text);
    return `${familiarRepository(reference)}@${reference.digest}`;
  });
}
