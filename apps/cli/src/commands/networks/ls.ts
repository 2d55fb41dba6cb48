import { type Command, command } from "../../command/command.ts";
import { listText } from "../../engine/columns/list-text.ts";
import { NETWORK_COLUMNS, NETWORK_LS_FIELDS } from "../../engine/columns/network-columns.ts";
import { parseFilters } from "../../engine/filters/filters.ts";
import { listNetworks, NETWORK_FILTERS } from "../../engine/filters/network-filters.ts";
import { shortId } from "../../engine/names/short-id.ts";
import { keepDefaultNetwork } from "../../engine/networks/keep-default-network.ts";
import { networkRows } from "../../engine/networks/network-rows.ts";
import { writeAll } from "../../write-all.ts";
import { NETWORK_LS } from "./ls-flags.ts";

/** `wb network ls`: docker-network-ls(1). */
export const networkListCommand: Command = command(NETWORK_LS, async ({ flags }) => {
  const filters = parseFilters(flags.filter ?? [], NETWORK_FILTERS);
  keepDefaultNetwork();
  const rows = listNetworks(networkRows(), filters);
  const wholeIds = flags["no-trunc"] ?? false;
  const quiet = flags.quiet === true && flags.format === undefined;
  writeAll(
    quiet
      ? rows.map(({ id }) => `${wholeIds ? id : shortId(id)}\n`).join("")
      : listText(LIST, { rows, context: { wholeIds }, format: flags.format }),
  );
  return 0;
});

const LIST = {
  type: "*formatter.networkContext",
  columns: NETWORK_COLUMNS,
  fields: NETWORK_LS_FIELDS,
  methods: ({ labels }: { readonly labels: Readonly<Record<string, string>> }) => ({
    Label: (name: string) => labels[name] ?? "",
  }),
} as const;
