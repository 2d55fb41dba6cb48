import { ImageError, removeImage } from "@wb/image";
import { type Command, command } from "../../command/command.ts";
import { imageUsers } from "../../engine/images/image-users.ts";
import { storeOfImages } from "../../engine/images/store-of-images.ts";
import { EXIT_FAILURE } from "../../in-place/exit-failure.ts";
import { reportError } from "../../report-error.ts";
import { writeAll } from "../../write-all.ts";
import { RMI } from "./rm-flags.ts";

/** `wb rmi`: docker-rmi(1). One that cannot be removed does not stand in the way of the others. */
export const rmiCommand: Command = command(RMI, async ({ flags, words }) => {
  const store = storeOfImages();
  let status = 0;
  for (const word of words) {
    try {
      const { untagged, deleted } = await removeImage(store, word, {
        force: flags.force ?? false,
        users: imageUsers(),
      });
      writeAll([...untagged.map((name) => `Untagged: ${name}\n`), ...deleted.map((id) => `Deleted: ${id}\n`)].join(""));
    } catch (error) {
      const isForgiven = flags.force === true && error instanceof ImageError && error.code === "WB_IMAGE_NOT_FOUND";
      reportError(error, { debug: false, failure: EXIT_FAILURE });
      if (!isForgiven) status = EXIT_FAILURE;
    }
  }
  return status;
});
