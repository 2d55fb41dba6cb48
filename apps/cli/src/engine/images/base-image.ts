import {
  findImage,
  formatPlatform,
  type ImageStore,
  isSamePlatform,
  parseReference,
  type Platform,
  type StoredImage,
} from "@wb/image";
import { pull } from "./pull.ts";

/** The image of a FROM: one that is here, or else of its registry. */
export async function baseImage(
  store: ImageStore,
  name: string,
  options: {
    readonly platform: Platform | undefined;
    readonly pull: boolean;
    readonly isQuiet: boolean;
    readonly print: (line: string) => void;
  },
): Promise<StoredImage> {
  const { platform, isQuiet, print } = options;
  const found = options.pull ? undefined : findImage(store, name);
  if (found !== undefined && (platform === undefined || isSamePlatform(found.document, platform))) return found;
  if (found !== undefined && platform !== undefined)
    print(`${name} is here for ${formatPlatform(found.document)}, and asked for ${formatPlatform(platform)}`);
  return pull(store, parseReference(name), { platform, isQuiet, stream: process.stdout });
}
