import { findImage } from "@wb/image";
import { UserError } from "../../user-error.ts";
import { findInfo } from "../containers/container-info.ts";
import { sizesOf } from "../containers/container-size.ts";
import { imageDocument } from "../images/image-document.ts";
import { storeOfImages } from "../images/store-of-images.ts";
import { isNoSuchContainer } from "../names/no-such-container.ts";
import { networkDocument } from "../networks/network-document.ts";
import { NoSuchNetwork } from "../networks/network-named.ts";
import { noSuchVolume } from "../volumes/no-such-volume.ts";
import { volumeDocument } from "../volumes/volume-document.ts";
import { findVolume } from "../volumes/volume-store.ts";
import { containerDocument } from "./container-document.ts";

/** docker's words for kinds that there are here. */
export const OBJECT_TYPES = ["container", "image", "volume", "network"] as const;

export type ObjectType = (typeof OBJECT_TYPES)[number];

/** That there is nothing of a name, of whatever kind: docker has a line of its own for this. */
export class NoSuchObject extends UserError {
  constructor(reference: string, cause: unknown) {
    super(`No such object: ${reference}`, {
      cause,
      hint: "wb ps -a lists the containers that there are, wb images the images, wb volume ls the volumes, wb network ls the networks",
    });
  }
}

/**
 * What finds the thing that a word stands for: a container, or else an image, a volume or a network.
 *
 * @param type only this kind; undefined: any
 * @param size whether containers are to have their sizes
 * @throws UserError in docker's words, when there is none
 */
export function objectFinder({
  type,
  size,
}: {
  readonly type: ObjectType | undefined;
  readonly size: boolean;
}): (reference: string) => object {
  const sizeOf = size ? sizesOf() : undefined;
  const container = (reference: string): object => {
    const info = findInfo(reference);
    return containerDocument(info, sizeOf?.(info));
  };
  if (type === "container") return container;
  if (type === "image") return imageDocument;
  if (type === "volume") return volumeOf;
  if (type === "network") return networkDocument;
  return (reference) => {
    try {
      return container(reference);
    } catch (error) {
      if (!isNoSuchContainer(error)) throw error;
      if (findImage(storeOfImages(), reference) !== undefined) return imageDocument(reference);
      const volume = findVolume(reference);
      return volume === undefined ? networkOr(reference, error) : volumeDocument(volume);
    }
  };
}

function networkOr(reference: string, cause: unknown): object {
  try {
    return networkDocument(reference);
  } catch (error) {
    if (error instanceof NoSuchNetwork) throw new NoSuchObject(reference, cause);
    throw error;
  }
}

function volumeOf(reference: string): object {
  const volume = findVolume(reference);
  if (volume === undefined) throw noSuchVolume(reference);
  return volumeDocument(volume);
}
