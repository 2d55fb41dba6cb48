import { posix } from "node:path";
import { DockerfileError } from "./dockerfile-error.ts";
import { ignorePattern } from "./ignore-pattern.ts";

export interface Dockerignore {
  /** Whether a path of the build context (relative, with slashes) is left out: the last pattern that it or one above it matches decides. */
  readonly ignores: (path: string) => boolean;
  /** Whether a pattern begins with `!`: without one, nothing below an ignored directory has to be looked at. */
  readonly exceptions: boolean;
}

/**
 * What a .dockerignore, or a NAME.dockerignore beside the Dockerfile NAME, leaves out of a build context.
 *
 * @example
 * dockerignore("*.o\n!keep.o\n").ignores("keep.o"); // false
 */
export function dockerignore(text: string): Dockerignore {
  const patterns = text
    .replace(/^\uFEFF/u, "")
    .split(/\r?\n/u)
    .flatMap(readLine);
  return {
    exceptions: patterns.some(({ exception }) => exception),
    ignores: (path) => {
      const name = posix.normalize(path);
      let ignored = false;
      for (const { exception, test } of patterns) {
        if (exception === ignored && test(name)) ignored = !exception;
      }
      return ignored;
    },
  };
}

interface Pattern {
  readonly exception: boolean;
  readonly test: (path: string) => boolean;
}

function readLine(line: string): Pattern[] {
  if (line.startsWith("#")) return [];
  const trimmed = line.trim();
  if (trimmed === "") return [];
  const exception = trimmed.startsWith("!");
  const written = exception ? trimmed.slice(1).trim() : trimmed;
  if (written === "") throw new DockerfileError('illegal exclusion pattern: "!"');
  const clean = posix.normalize(written).replace(/(?<=.)\/$/u, "");
  return [{ exception, test: ignorePattern(clean.replace(/^\/(?=.)/u, "")) }];
}
