import { pruneBuildCache } from "@wb/image";
import { type Command, command } from "../../command/command.ts";
import { parseFilters } from "../../engine/filters/filters.ts";
import { PRUNE_FILTERS, pruneMatcher } from "../../engine/filters/prune-filters.ts";
import { pruneUnusedImages } from "../../engine/images/prune-unused-images.ts";
import { storeOfImages } from "../../engine/images/store-of-images.ts";
import { pruneNetworks } from "../../engine/networks/prune-networks.ts";
import { pruneContainers } from "../../engine/prune/prune-containers.ts";
import { prunedText, pruneWarning } from "../../engine/prune/prune-text.ts";
import { pruneVolumes } from "../../engine/volumes/prune-volumes.ts";
import { isRootless } from "../../runtime/lifecycle/rootless.ts";
import { UserError } from "../../user-error.ts";
import { warn } from "../../warn.ts";
import { writeAll } from "../../write-all.ts";
import { confirm } from "../confirm.ts";
import { SYSTEM_PRUNE } from "./prune-flags.ts";

/** `wb system prune`: docker-system-prune(1). Containers go first, so that their volumes are used by nobody any more. */
export const systemPruneCommand: Command = command(SYSTEM_PRUNE, async ({ flags }) => {
  const { all = false, volumes = false, filter = [] } = flags;
  const filters = parseFilters(filter, PRUNE_FILTERS, "--filter");
  if (volumes && filters.has("until"))
    throw new UserError('The "until" filter is not supported with "--volumes"', {
      hint: "volumes have no age: leave one of them away",
    });
  const isChosen = pruneMatcher(filters, Date.now());
  if (flags.force !== true && !confirm(`${pruneWarning({ all, volumes, filters: filter })}\n`)) return 0;
  const containers = await pruneContainers(isChosen, warn);
  const networks = isRootless() ? [] : pruneNetworks(filters);
  const { names, bytes } = volumes ? await pruneVolumes(filters) : { names: [], bytes: 0 };
  const cache = await pruneBuildCache(storeOfImages(), { mounts: all });
  const images = await pruneUnusedImages({ all, isChosen });
  writeAll(
    prunedText([
      { kind: "Containers", ...containers },
      { kind: "Networks", names: networks, reclaimed: 0 },
      { kind: "Volumes", names, reclaimed: bytes },
      { kind: "Images", ...images, reclaimed: images.reclaimed + cache.size },
    ]),
  );
  return 0;
});
