import { UserError } from "../../user-error.ts";

/** One thing that is wrong in a JSON document. */
export interface Problem {
  /** Where: `linux.resources.pids.limit`; empty for the document itself. */
  readonly path: string;
  /** What is there, and what was expected: `"12" is a string: an integer was expected`. */
  readonly message: string;
  readonly remedy?: string;
}

/** A configuration that cannot be used, with the first few of its problems in one line. */
export class ConfigError extends UserError {
  readonly problems: readonly Problem[];

  /** @param source what was read: `config.json` */
  constructor(source: string, problems: readonly Problem[], options: { readonly cause?: unknown } = {}) {
    const told = problems
      .slice(0, MOST_TOLD)
      .map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
    const more = problems.length > MOST_TOLD ? [`and ${problems.length - MOST_TOLD} more`] : [];
    super(`${source}: ${[...told, ...more].join("; ")}`, {
      hint: problems.find(({ remedy }) => remedy !== undefined)?.remedy,
      cause: options.cause,
    });
    this.problems = problems;
  }
}

Object.defineProperty(ConfigError.prototype, "name", { value: "ConfigError", configurable: true, writable: true });

const MOST_TOLD = 5;
