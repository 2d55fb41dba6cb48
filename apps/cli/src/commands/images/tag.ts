import { tagImage } from "@wb/image";
import { type Command, command } from "../../command/command.ts";
import { storeOfImages } from "../../engine/images/store-of-images.ts";
import { TAG } from "./tag-flags.ts";

/** `wb tag`: docker-tag(1). */
export const tagCommand: Command = command(TAG, async ({ words: [source = "", target = ""] }) => {
  await tagImage(storeOfImages(), source, target);
  return 0;
});
