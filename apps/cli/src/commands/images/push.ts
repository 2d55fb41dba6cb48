import {
  type ImageReference,
  familiarRepository,
  formatReference,
  type ImageStore,
  listImages,
  parseReference,
  pushImage,
  registrySettings,
  withDefaultTag,
} from "@wb/image";
import { type Command, command } from "../../command/command.ts";
import { progressLines } from "../../engine/images/layer-progress.ts";
import { storeOfImages } from "../../engine/images/store-of-images.ts";
import { UserError } from "../../user-error.ts";
import { writeAll } from "../../write-all.ts";
import { PUSH } from "./push-flags.ts";

/** `wb push`: docker-push(1). */
export const pushCommand: Command = command(PUSH, async ({ flags, words: [word = ""] }) => {
  const { "all-tags": isAll = false, quiet: isQuiet = false } = flags;
  const reference = parseReference(word);
  const print = (line: string): void => writeAll(`${line}\n`);
  const store = storeOfImages();
  if (isAll && reference.tag !== undefined)
    throw new UserError("tag can't be used with --all-tags/-a", {
      hint: `wb push -a ${familiarRepository(reference)}`,
    });
  if (!isAll && !isQuiet && reference.tag === undefined && reference.digest === undefined)
    print("Using default tag: latest");
  if (!isQuiet)
    print(`The push refers to repository [${formatReference({ domain: reference.domain, path: reference.path })}]`);
  for (const one of isAll ? namesIn(store, reference) : [withDefaultTag(reference)]) {
    using lines = progressLines({ isQuiet, isMoving: (status) => status === "Pushing", stream: process.stdout });
    const { tag, digest, size } = await pushImage(store, one, { ...registrySettings(), onLayer: lines.tell });
    lines[Symbol.dispose]();
    print(isQuiet ? formatReference(one) : `${tag}: digest: ${digest} size: ${size}`);
  }
  return 0;
});

/** The names of a repository that are here. @throws UserError when there is none */
function namesIn(store: ImageStore, { domain, path }: ImageReference): ImageReference[] {
  const names = listImages(store).flatMap((image) => image.names.map(parseReference));
  const found = names.filter((name) => name.domain === domain && name.path === path);
  if (found.length > 0) return found;
  throw new UserError(`An image does not exist locally with the tag: ${familiarRepository({ domain, path })}`, {
    hint: "wb images lists those that are here",
  });
}
