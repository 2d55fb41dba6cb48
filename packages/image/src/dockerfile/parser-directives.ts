import { DockerfileError } from "./dockerfile-error.ts";

/** The `# name=value` before everything else of a Dockerfile, comments included. */
export interface ParserDirectives {
  /** The frontend's image, which is not used: `# syntax=docker/dockerfile:1`. */
  readonly syntax: string | undefined;
  /** What continues lines, and makes the next character mean itself. */
  readonly escape: "\\" | "`";
  readonly check: string | undefined;
}

/** Directives end at the first line that is none, and names that are not known are comments, which end them too. */
export function parserDirectives(lines: readonly string[]): ParserDirectives {
  const found = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const [, written = "", value = ""] = DIRECTIVE.exec(line.trimEnd()) ?? [];
    const name = written.toLowerCase();
    if (!NAMES.has(name)) break;
    if (found.has(name)) throw new DockerfileError(`only one ${name} parser directive can be used`, index + 1);
    if (name === "escape" && value !== "\\" && value !== "`") {
      throw new DockerfileError(`invalid escape token '${value}' does not match \` or \\`, index + 1);
    }
    found.set(name, value);
  }
  return { syntax: found.get("syntax"), escape: found.get("escape") === "`" ? "`" : "\\", check: found.get("check") };
}

const DIRECTIVE = /^#[ \t]*([a-z][a-z0-9]*)[ \t]*=[ \t]*(\S.*)$/iu;
const NAMES: ReadonlySet<string> = new Set(["check", "escape", "syntax"]);
