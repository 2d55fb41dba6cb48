import { UserError } from "../../user-error.ts";
import { tabWriter } from "../words/tab-writer.ts";
import { compile } from "./formatter.ts";
import { FUNCTIONS, FUNCTIONS_OF_HEADER } from "./functions.ts";
import { knownFields } from "./go-value.ts";

/** The lines of a list that a command of docker prints. */
export interface ListFormat {
  /** What messages call a line: `*formatter.ContainerContext`. */
  readonly type: string;
  /** The name of each field's column. */
  readonly headers: Readonly<Record<string, string>>;
  /** What `table` alone means. */
  readonly table: string;
}

/**
 * Compiles the value of --format of a command that lists: `json`, a template for each line, or `table` and a template
 * whose columns are between tabs. `\t` and `\n` may be written so, outside of strings, too.
 *
 * @returns the text of all lines, each with its end. The names of a line's fields are those that templates may use; those
 *   that are functions, as Label, take arguments
 * @throws UserError if it is no template; the returned function does if a line lacks one of its fields
 */
export function listFormatter(format: string, list: ListFormat): (lines: readonly object[]) => string {
  const chosen = format === "" || format === "table" ? list.table : format;
  const isTable = chosen.startsWith("table");
  const text = chosen === "json" ? "{{json .}}" : isTable ? chosen.slice("table".length) : chosen;
  const run = compile(text.replaceAll(/^ +| +$/g, "").replaceAll(/\\[tn]/g, control), 1);
  return (lines) => {
    const output: string[] = [];
    if (isTable) {
      runHeader(() => run(headerOf(list), { functions: FUNCTIONS_OF_HEADER, missing: "no value", output }));
      output.push("\n");
    }
    for (const line of lines) {
      run(knownFields(list.type, line), { functions: FUNCTIONS, missing: "no value", output });
      output.push("\n");
    }
    return isTable ? tabWriter(output.join("")) : output.join("");
  };
}

function control(escape: string): string {
  return escape === String.raw`\t` ? "\t" : "\n";
}

/** The column of a label is named after the last word of the label. */
function headerOf({ headers }: ListFormat): ReadonlyMap<string, unknown> {
  const label = (name: string): string => (name.split(".").at(-1) ?? "").replaceAll(/[-_]/g, " ");
  return new Map<string, unknown>([...Object.entries(headers), ["Label", label]]);
}

/** docker prints as much of the header as the template makes of it. */
function runHeader(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}
