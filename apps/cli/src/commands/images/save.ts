import { isatty } from "node:tty";
import { saveImages } from "@wb/image";
import { type Command, command } from "../../command/command.ts";
import { storeOfImages } from "../../engine/images/store-of-images.ts";
import { newFile } from "../../new-file.ts";
import { UserError } from "../../user-error.ts";
import { SAVE } from "./save-flags.ts";

/** `wb save`: docker-save(1). */
export const saveCommand: Command = command(SAVE, async ({ flags: { output }, words }) => {
  if (output === undefined) {
    if (isatty(1))
      throw new UserError("cowardly refusing to save to a terminal. Use the -o flag or redirect", {
        hint: "wb save -o FILE IMAGE",
      });
    // It is told where it was written.
    process.stdout.on("error", () => {});
    await saveImages(storeOfImages(), words, toStdout);
    return 0;
  }
  using file = newFile(output, 0o600);
  await saveImages(storeOfImages(), words, file.write);
  file.finish();
  return 0;
});

/** A pipe takes a part at a time. */
function toStdout(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
