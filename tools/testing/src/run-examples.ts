import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";

/** A TypeScript block of a Markdown file. */
export interface Example {
  /** Where it begins, as `README.md:12`. */
  readonly place: string;
  readonly code: string;
  /** The block without a language that follows it at once; undefined if there is none. */
  readonly expected: string | undefined;
}

/** The `ts` blocks of a Markdown file. */
export function examplesOf(path: string): Example[] {
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(/^```ts\n(.*?)^```\n(?:\n```\n(.*?)^```\n)?/gmsu)].map((match): Example => {
    const [, code = "", expected] = match;
    return { place: `${path}:${text.slice(0, match.index).split("\n").length}`, code, expected };
  });
}

/** An example, and what it printed. */
export interface RunExample extends Omit<Example, "code"> {
  /** Its stdout, then its stderr. */
  readonly output: string;
}

/**
 * Runs each `ts` block of a Markdown file as a module of its own, beside that file, on the sources of this workspace.
 *
 * @throws Error when one ends with another status than 0
 * @example
 * for (const { place, output, expected } of runExamples("README.md")) expect(output, place).toBe(expected);
 */
export function runExamples(path: string): RunExample[] {
  return examplesOf(path).map(({ place, code, expected }): RunExample => {
    const { status, stdout, stderr, error } = spawnSync(
      process.execPath,
      ["--conditions=wb-source", "--input-type=module-typescript", "--eval", code],
      { cwd: dirname(path), encoding: "utf8" },
    );
    if (error) throw error;
    if (status !== 0) throw new Error(`${place}: exit status ${status}\n${stderr}`);
    return { place, output: `${stdout}${stderr}`, expected };
  });
}
