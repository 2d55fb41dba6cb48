import { UserError } from "../../user-error.ts";
import { execute } from "./execute.ts";
import type { Missing } from "./execution.ts";
import type { GoFunction } from "./function.ts";
import { FUNCTIONS } from "./functions.ts";
import { parse } from "./parser.ts";
import { TemplateError } from "./template-error.ts";

export interface FormatterOptions {
  /**
   * What a name is that an object of JavaScript has not: `<no value>`, or an error, as for docker-inspect(1). Keys that a
   * Map has not are no value in any case, and names that knownFields() has not are an error.
   */
  readonly missing?: Missing;
  /** The exit status where the template is wrong: docker-inspect(1) has 64, docker-ps(1) has 1. */
  readonly exitStatus?: number;
}

/**
 * Compiles the value of --format, which is a template of Go's text/template with docker's functions, or `json`.
 *
 * @returns the text of a value, without a line end
 * @throws UserError if it is no template; the returned function does if the template does not fit the value
 * @example
 * formatter("{{.Name}} {{json .Args}}")({ Name: "web", Args: ["-x"] }); // web ["-x"]
 */
export function formatter(text: string, options: FormatterOptions = {}): (value: unknown) => string {
  const { missing = "no value", exitStatus = 1 } = options;
  const run = compile(text === "json" ? "{{json .}}" : text, exitStatus);
  return (value) => {
    const output: string[] = [];
    run(value, { functions: FUNCTIONS, missing, output });
    return output.join("");
  };
}

/** What a compiled template is run with. */
export interface RunOptions {
  readonly functions: ReadonlyMap<string, GoFunction>;
  readonly missing: Missing;
  /** Gets the text, up to an error if there is one. */
  readonly output: string[];
}

/** Compiles a template as it stands. */
export function compile(text: string, exitStatus: number): (value: unknown, options: RunOptions) => void {
  const wellFormed = text.toWellFormed();
  const nodes = orUserError(exitStatus, () => parse(wellFormed, new Set(FUNCTIONS.keys())));
  return (value, options) => orUserError(EXIT_EXECUTION, () => execute(nodes, value, { ...options, text: wellFormed }));
}

const EXIT_EXECUTION = 1;

function orUserError<T>(exitStatus: number, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (!(cause instanceof TemplateError)) throw cause;
    throw new UserError(`template parsing error: ${cause.message}`, { exitStatus, cause, hint: cause.hint });
  }
}
