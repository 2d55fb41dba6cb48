import {
  type ImageReference,
  type ImageStore,
  needImage,
  parsePlatform,
  parseReference,
  type StoredImage,
} from "@wb/image";
import { pull } from "./pull.ts";

/** Takes an image from its registry for a command whose output is another one: what happens is said on stderr. */
export async function pullForRun(store: ImageStore, name: string, platform: string | undefined): Promise<StoredImage> {
  const reference = referenceOf(store, name);
  process.stderr.write(`Unable to find image '${name}' locally\n`);
  return pull(store, reference, {
    platform: platform === undefined ? undefined : parsePlatform(platform),
    isQuiet: false,
    stream: process.stderr,
  });
}

/** What is no name may be an id that is not here. */
function referenceOf(store: ImageStore, name: string): ImageReference {
  if (/^sha256:|^[\da-f]{64}$/.test(name)) needImage(store, name);
  return parseReference(name);
}
