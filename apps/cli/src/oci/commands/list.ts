import { messageOf } from "../../report-error.ts";
import { containerIds } from "../../runtime/lifecycle/container-files.ts";
import { findContainer } from "../../runtime/lifecycle/find-container.ts";
import { UserError } from "../../user-error.ts";
import { writeAll } from "../../write-all.ts";
import { type ContainerState, containerState } from "../container-state.ts";
import type { Globals } from "../globals.ts";
import { parseUsage } from "../usage.ts";

const FLAGS = {
  format: { type: "string", short: "f", value: "format", help: "table or json (default: table)" },
  quiet: { type: "boolean", short: "q", help: "Only the ids" },
} as const;

/** `wb oci list`: the containers below `--root`. One that cannot be read is told of, and the others are listed. */
export async function listCommand(args: readonly string[], { root, log }: Globals): Promise<number> {
  const parsed = parseUsage(
    { name: "list", words: "", least: 0, most: 0, flags: FLAGS, help: "list containers" },
    args,
  );
  if (parsed === undefined) return 0;
  const { quiet = false, format = "table" } = parsed.flags;
  const layOut = quiet ? idLines : Object.hasOwn(FORMATS, format) ? FORMATS[format as keyof typeof FORMATS] : undefined;
  if (layOut === undefined) throw new UserError("invalid format option", { hint: "table or json is meant" });
  const states = containerIds(root)
    .toSorted()
    .flatMap((id) => {
      try {
        const { record, status } = findContainer(root, id);
        return [containerState(record, status)];
      } catch (error) {
        log.write("warning", `load container ${id}: ${messageOf(error)}`);
        return [];
      }
    });
  writeAll(layOut(states));
  return 0;
}

/** What runc prints, for none, too. */
const FORMATS = {
  table: (states: readonly ContainerState[]) =>
    tableOf([
      ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"],
      ...states.map(({ id, pid, status, bundle, created, owner }) => [id, `${pid}`, status, bundle, created, owner]),
    ]),
  json: (states: readonly ContainerState[]) => `${states.length === 0 ? "null" : JSON.stringify(states)}\n`,
};

function idLines(states: readonly ContainerState[]): string {
  return states.map(({ id }) => `${id}\n`).join("");
}

/** As Go's text/tabwriter lays it out for runc: cells of at least 12 columns, 3 of them blank. */
function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(12, ...rows.map((row) => (row[column] ?? "").length + PADDING)),
  );
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join(""),
  );
  return lines.map((line) => `${line}\n`).join("");
}

const PADDING = 3;
