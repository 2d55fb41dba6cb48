import { pruneBuildCache } from "@wb/image";
import { type Command, command } from "../../command/command.ts";
import { parseFilters } from "../../engine/filters/filters.ts";
import { PRUNE_FILTERS, pruneMatcher } from "../../engine/filters/prune-filters.ts";
import { pruneUnusedImages } from "../../engine/images/prune-unused-images.ts";
import { storeOfImages } from "../../engine/images/store-of-images.ts";
import { prunedText } from "../../engine/prune/prune-text.ts";
import { writeAll } from "../../write-all.ts";
import { confirm } from "../confirm.ts";
import { BUILDER_PRUNE, IMAGE_PRUNE } from "./prune-flags.ts";

/** `wb image prune`: docker-image-prune(1). */
export const imagePruneCommand: Command = command(IMAGE_PRUNE, async ({ flags }) => {
  const { all = false } = flags;
  const isChosen = pruneMatcher(parseFilters(flags.filter ?? [], PRUNE_FILTERS, "--filter"), Date.now());
  const what = all ? "all images without at least one container associated to them" : "all dangling images";
  if (flags.force !== true && !confirm(`WARNING! This will remove ${what}.\n`)) return 0;
  writeAll(prunedText([{ kind: "Images", ...(await pruneUnusedImages({ all, isChosen })) }]));
  return 0;
});

/** `wb builder prune`: docker-builder-prune(1). */
export const builderPruneCommand: Command = command(BUILDER_PRUNE, async ({ flags }) => {
  const { all = false } = flags;
  const what = all ? "all build cache" : "all dangling build cache";
  if (flags.force !== true && !confirm(`WARNING! This will remove ${what}.\n`)) return 0;
  const { size } = await pruneBuildCache(storeOfImages(), { mounts: all });
  writeAll(prunedText([{ kind: "build cache objects", names: [], reclaimed: size }]));
  return 0;
});
