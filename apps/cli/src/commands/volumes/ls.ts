import { type Command, command } from "../../command/command.ts";
import { listText } from "../../engine/columns/list-text.ts";
import { VOLUME_COLUMNS, VOLUME_LS_FIELDS } from "../../engine/columns/volume-columns.ts";
import { parseFilters } from "../../engine/filters/filters.ts";
import { listVolumes, VOLUME_FILTERS } from "../../engine/filters/volume-filters.ts";
import { volumeRows } from "../../engine/volumes/volume-rows.ts";
import { writeAll } from "../../write-all.ts";
import { VOLUME_LS } from "./ls-flags.ts";

/** `wb volume ls`: docker-volume-ls(1). */
export const volumeListCommand: Command = command(VOLUME_LS, async ({ flags }) => {
  const rows = listVolumes(volumeRows(), parseFilters(flags.filter ?? [], VOLUME_FILTERS));
  const quiet = flags.quiet === true && flags.format === undefined;
  writeAll(
    quiet
      ? rows.map(({ name }) => `${name}\n`).join("")
      : listText(LIST, { rows, context: undefined, format: flags.format }),
  );
  return 0;
});

const LIST = {
  type: "*formatter.volumeContext",
  columns: VOLUME_COLUMNS,
  fields: VOLUME_LS_FIELDS,
  methods: ({ labels }: { readonly labels: Readonly<Record<string, string>> }) => ({
    Label: (name: string) => labels[name] ?? "",
  }),
} as const;
