import { imageHistory, layerDirectories, layerSize, needImage } from "@wb/image";
import { type Command, command } from "../../command/command.ts";
import { HISTORY_COLUMNS, HISTORY_FIELDS, shownId } from "../../engine/columns/history-columns.ts";
import { listText } from "../../engine/columns/list-text.ts";
import { storeOfImages } from "../../engine/images/store-of-images.ts";
import { writeAll } from "../../write-all.ts";
import { HISTORY } from "./history-flags.ts";

/** `wb history`: docker-history(1). */
export const historyCommand: Command = command(HISTORY, async ({ flags, words: [word = ""] }) => {
  const store = storeOfImages();
  const image = needImage(store, word);
  // Sizes are those of the files.
  await layerDirectories(store, image);
  const rows = imageHistory(image, (diffId) => layerSize(store, diffId));
  const context = { whole: flags["no-trunc"] ?? false, human: flags.human ?? true, now: Date.now() };
  const list = { type: "*formatter.historyContext", columns: HISTORY_COLUMNS, fields: HISTORY_FIELDS } as const;
  writeAll(
    flags.quiet === true && flags.format === undefined
      ? rows.map(({ id }) => `${shownId(id, context.whole)}\n`).join("")
      : listText(list, { rows, context, format: flags.format }),
  );
  return 0;
});
