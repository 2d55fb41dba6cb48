import {
  familiarRepository,
  formatReference,
  openRegistry,
  parsePlatform,
  parseReference,
  registrySettings,
  withDefaultTag,
} from "@wb/image";
import { type Command, command } from "../../command/command.ts";
import { pull } from "../../engine/images/pull.ts";
import { storeOfImages } from "../../engine/images/store-of-images.ts";
import { UserError } from "../../user-error.ts";
import { writeAll } from "../../write-all.ts";
import { PULL } from "./pull-flags.ts";

/** `wb pull`: docker-pull(1). */
export const pullCommand: Command = command(PULL, async ({ flags, words: [word = ""] }) => {
  const { "all-tags": isAll = false, quiet: isQuiet = false } = flags;
  const platform = flags.platform === undefined ? undefined : parsePlatform(flags.platform);
  const reference = parseReference(word);
  const print = (line: string): void => writeAll(`${line}\n`);
  const store = storeOfImages();
  if (isAll) {
    if (reference.tag !== undefined || reference.digest !== undefined)
      throw new UserError("tag can't be used with --all-tags/-a", {
        hint: `wb pull -a ${familiarRepository(reference)}`,
      });
    using registry = openRegistry(reference, registrySettings());
    for (const tag of await registry.tags())
      await pull(store, { ...reference, tag }, { platform, isQuiet, stream: process.stdout });
    print(formatReference(reference));
    return 0;
  }
  if (!isQuiet && reference.tag === undefined && reference.digest === undefined) print("Using default tag: latest");
  await pull(store, reference, { platform, isQuiet, stream: process.stdout });
  print(formatReference(withDefaultTag(reference)));
  return 0;
});
