import { UserError } from "../../user-error.ts";
import { formatter } from "../format/formatter.ts";
import { goJson } from "../format/go-json.ts";
import { goValue } from "../format/go-value.ts";

/** What docker inspect prints (docker/cli, cli/command/inspect), and what it says on stderr. */
export interface Inspected {
  readonly text: string;
  readonly problems: readonly UserError[];
}

/**
 * The documents of what was found, as an array of JSON, or each by a template; those that a template does not fit are told, and stand in
 * nobody's way.
 *
 * @param format a template, `json` for an array in one line, or nothing
 * @param find finds what a word stands for, and throws what is said where there is none
 * @throws UserError with the status 64 for what is no template
 */
export function inspectText(
  references: readonly string[],
  find: (reference: string) => object,
  format: string | undefined,
): Inspected {
  const print = printer(format ?? "");
  const problems: UserError[] = [];
  const documents = collect(references, find, problems);
  return { text: print(documents, problems), problems };
}

/** Made before anything is looked for: what is no template is the first to be said. */
function printer(format: string): (documents: readonly object[], problems: UserError[]) => string {
  if (format === "" || format === "json")
    return (documents) => {
      const compact = `[${documents.map((document) => goJson(goValue(document))).join(",")}]`;
      return `${format === "json" ? compact : JSON.stringify(JSON.parse(compact), null, 4)}\n`;
    };
  const run = formatter(format, { missing: "error", exitStatus: WRONG_TEMPLATE });
  return (documents, problems) => {
    const texts = collect(documents, (document) => `${run(document)}\n`, problems);
    // docker ends its output with a line in any case.
    return texts.length === 0 ? "\n" : texts.join("");
  };
}

const WRONG_TEMPLATE = 64;

function collect<T, R>(values: readonly T[], act: (value: T) => R, problems: UserError[]): R[] {
  return values.flatMap((value) => {
    try {
      return [act(value)];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(error);
      return [];
    }
  });
}
