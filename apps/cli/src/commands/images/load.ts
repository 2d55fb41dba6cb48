import { createReadStream } from "node:fs";
import { isatty } from "node:tty";
import { loadImages } from "@wb/image";
import { type Command, command } from "../../command/command.ts";
import { storeOfImages } from "../../engine/images/store-of-images.ts";
import { UserError } from "../../user-error.ts";
import { writeAll } from "../../write-all.ts";
import { LOAD } from "./load-flags.ts";

/** `wb load`: docker-load(1). */
export const loadCommand: Command = command(LOAD, async ({ flags: { input } }) => {
  if (input === undefined && isatty(0))
    throw new UserError("requested load from stdin, but stdin is empty", {
      hint: "wb load -i FILE, or wb load < FILE",
    });
  // It may be a FIFO, fifo(7), in which nothing has a position: `-i <(…)`.
  const source = input === undefined ? process.stdin : createReadStream(input, { highWaterMark: 2 ** 20 });
  const { images, replaced } = await loadImages(storeOfImages(), source);
  const lines = [
    ...replaced.map(
      ({ name, id }) => `The image ${name} already exists, renaming the old one with ID ${id} to empty string`,
    ),
    ...images.flatMap(({ id, names }) =>
      names.length === 0 ? [`Loaded image ID: ${id}`] : names.map((name) => `Loaded image: ${name}`),
    ),
  ];
  writeAll(lines.map((line) => `${line}\n`).join(""));
  return 0;
});
