import { type Command, command } from "../../command/command.ts";
import { parseFilters } from "../../engine/filters/filters.ts";
import { VOLUME_PRUNE_FILTERS } from "../../engine/filters/volume-filters.ts";
import { pruneVolumes } from "../../engine/volumes/prune-volumes.ts";
import { decimalSize } from "../../engine/words/sizes.ts";
import { writeAll } from "../../write-all.ts";
import { confirm } from "../confirm.ts";
import { VOLUME_PRUNE } from "./prune-flags.ts";

/** `wb volume prune`: docker-volume-prune(1). */
export const volumePruneCommand: Command = command(VOLUME_PRUNE, async ({ flags }) => {
  const all = flags.all === true ? ["all=true"] : [];
  const filters = parseFilters([...(flags.filter ?? []), ...all], VOLUME_PRUNE_FILTERS, "--filter");
  const which = flags.all === true ? "all" : "anonymous";
  const warning = `WARNING! This will remove ${which} local volumes not used by at least one container.\n`;
  const { names, bytes } =
    flags.force === true || confirm(warning) ? await pruneVolumes(filters) : { names: [], bytes: 0 };
  const deleted = names.length === 0 ? "" : `Deleted Volumes:\n${names.join("\n")}\n\n`;
  writeAll(`${deleted}Total reclaimed space: ${decimalSize(bytes)}\n`);
  return 0;
});
