import {
  familiarReference,
  formatReference,
  type ImageReference,
  type ImageStore,
  type Platform,
  pullImage,
  registrySettings,
  type StoredImage,
  withDefaultTag,
} from "@wb/image";
import { progressLines } from "./layer-progress.ts";

export interface Pull {
  readonly platform: Platform | undefined;
  readonly isQuiet: boolean;
  /** Where it is told. */
  readonly stream: NodeJS.WriteStream;
}

/** Takes an image from its registry, and says so in docker's words. */
export async function pull(
  store: ImageStore,
  name: ImageReference,
  { platform, isQuiet, stream }: Pull,
): Promise<StoredImage> {
  const reference = withDefaultTag(name);
  const print = (line: string): boolean => stream.write(`${line}\n`);
  if (!isQuiet) print(`${reference.tag ?? reference.digest}: Pulling from ${shownPath(reference)}`);
  using lines = progressLines({ isQuiet, isMoving: (status) => status === "Downloading", stream });
  const { image, digest, isNew } = await pullImage(store, reference, {
    ...registrySettings(),
    platform,
    onLayer: lines.tell,
  });
  lines[Symbol.dispose]();
  const familiar = familiarReference(reference);
  if (!isQuiet) {
    print(`Digest: ${digest}`);
    print(`Status: ${isNew ? "Downloaded newer image" : "Image is up to date"} for ${familiar}`);
  }
  return image;
}

/** `library/busybox`, `localhost:5000/base`. */
function shownPath({ domain, path }: ImageReference): string {
  return domain === "docker.io" ? path : formatReference({ domain, path });
}
