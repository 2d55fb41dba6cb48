import { fieldValues } from "../columns/field-values.ts";
import { STATS_COLUMNS, STATS_FIELDS, type StatsContext, type StatsRow } from "../columns/stats-columns.ts";
import { listFormatter } from "../format/list-formatter.ts";

/** Compiles the value of `--format` of docker-stats(1). @throws UserError if it is no template */
export function statsText(format: string, context: StatsContext): (rows: readonly StatsRow[]) => string {
  const headers = Object.fromEntries(Object.entries(STATS_COLUMNS).map(([name, { header }]) => [name, header]));
  const table = `table ${STATS_FIELDS.map((name) => `{{.${name}}}`).join(String.raw`\t`)}`;
  const text = listFormatter(format, { type: "*container.statsContext", headers, table });
  return (rows) => text(rows.map((row) => fieldValues(STATS_COLUMNS, row, context)));
}
