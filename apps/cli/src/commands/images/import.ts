import { createReadStream } from "node:fs";
import { formatReference, importImage, parsePlatform, parseReference, withDefaultTag } from "@wb/image";
import { type Command, command } from "../../command/command.ts";
import { changedConfig } from "../../engine/images/changed-config.ts";
import { storeOfImages } from "../../engine/images/store-of-images.ts";
import { UserError } from "../../user-error.ts";
import { writeAll } from "../../write-all.ts";
import { IMPORT } from "./import-flags.ts";

/** `wb import`: docker-import(1). */
export const importCommand: Command = command(IMPORT, async ({ flags, words: [file = "", reference] }) => {
  const name = reference === undefined ? undefined : formatReference(withDefaultTag(parseReference(reference)));
  if (/^https?:/.test(file))
    throw new UserError(`${file} is not read: wb import takes a file, or - for stdin`, {
      hint: `curl ${file} | wb import -`,
    });
  const id = await importImage(storeOfImages(), file === "-" ? process.stdin : createReadStream(file), {
    name,
    config: changedConfig({}, flags.change ?? []),
    message: flags.message ?? `Imported from ${file}`,
    platform: flags.platform === undefined ? undefined : parsePlatform(flags.platform),
  });
  writeAll(`${id}\n`);
  return 0;
});
