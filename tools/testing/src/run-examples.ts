import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";

/** A TypeScript block of a Markdown file, and what it printed. */
export interface RunExample {
  /** Where it begins, as `README.md:12`. */
  readonly place: string;
  /** Its stdout, then its stderr. */
  readonly output: string;
  /** The block without a language that follows it at once; undefined if there is none. */
  readonly expected: string | undefined;
}

/**
 * Runs each `ts` block of a Markdown file as a module of its own, beside that file, on the sources of this workspace.
 *
 * @throws Error when one ends with another status than 0
 * @example
 * for (const { place, output, expected } of runExamples("README.md")) expect(output, place).toBe(expected);
 */
export function runExamples(path: string): RunExample[] {
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(/^```ts\n(.*?)^```\n(?:\n```\n(.*?)^```\n)?/gmsu)].map((match): RunExample => {
    const [, code = "", expected] = match;
    const place = `${path}:${text.slice(0, match.index).split("\n").length}`;
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
