import { type Command, command } from "../../command/command.ts";
import { parseFilters } from "../../engine/filters/filters.ts";
import { PRUNE_FILTERS } from "../../engine/filters/prune-filters.ts";
import { pruneNetworks } from "../../engine/networks/prune-networks.ts";
import { writeAll } from "../../write-all.ts";
import { confirm } from "../confirm.ts";
import { NETWORK_PRUNE } from "./prune-flags.ts";
import { refuseOrdinaryUser } from "./refuse-ordinary-user.ts";

/** `wb network prune`: docker-network-prune(1). */
export const networkPruneCommand: Command = command(NETWORK_PRUNE, async ({ flags }) => {
  refuseOrdinaryUser();
  const filters = parseFilters(flags.filter ?? [], PRUNE_FILTERS, "--filter");
  const warning = "WARNING! This will remove all custom networks not used by at least one container.\n";
  const names = flags.force === true || confirm(warning) ? pruneNetworks(filters) : [];
  if (names.length > 0) writeAll(`Deleted Networks:\n${names.join("\n")}\n\n`);
  return 0;
});
