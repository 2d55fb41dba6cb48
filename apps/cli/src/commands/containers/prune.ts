import { type Command, command } from "../../command/command.ts";
import { parseFilters } from "../../engine/filters/filters.ts";
import { PRUNE_FILTERS, pruneMatcher } from "../../engine/filters/prune-filters.ts";
import { pruneContainers } from "../../engine/prune/prune-containers.ts";
import { prunedText } from "../../engine/prune/prune-text.ts";
import { warn } from "../../warn.ts";
import { writeAll } from "../../write-all.ts";
import { confirm } from "../confirm.ts";
import { CONTAINER_PRUNE } from "./prune-flags.ts";

/** `wb container prune`: docker-container-prune(1). */
export const containerPruneCommand: Command = command(CONTAINER_PRUNE, async ({ flags }) => {
  const isChosen = pruneMatcher(parseFilters(flags.filter ?? [], PRUNE_FILTERS, "--filter"), Date.now());
  if (flags.force !== true && !confirm("WARNING! This will remove all stopped containers.\n")) return 0;
  const pruned = await pruneContainers(isChosen, warn);
  writeAll(prunedText([{ kind: "Containers", ...pruned }]));
  return 0;
});
