import { type Command, command } from "../../command/command.ts";
import { NoSuchVolume } from "../../engine/volumes/no-such-volume.ts";
import { removeVolume } from "../../engine/volumes/remove-volume.ts";
import { forEach } from "../containers/for-each.ts";
import { VOLUME_RM } from "./rm-flags.ts";

/** `wb volume rm`: docker-volume-rm(1). */
export const volumeRemoveCommand: Command = command(VOLUME_RM, async ({ flags, words }) => {
  return forEach(words, async (name) => {
    try {
      await removeVolume(name);
    } catch (error) {
      if (flags.force !== true || !(error instanceof NoSuchVolume)) throw error;
    }
  });
});
