import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { nodeOptions } from "./node-options.ts";
import type { Requirement } from "./requirement.ts";

/** A TypeScript block of a Markdown file. */
export interface Example {
  /** Where it begins, as `README.md:12`. */
  readonly place: string;
  /** What it asks of the machine: the words after `ts` in its first line. */
  readonly needs: readonly Requirement[];
  readonly code: string;
  /** The block without a language that follows it at once; undefined if there is none. */
  readonly expected: string | undefined;
}

/** The `ts` blocks of a Markdown file. */
export function examplesOf(path: string): Example[] {
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(/^```ts((?: \S+)*)\n(.*?)^```\n(?:\n```\n(.*?)^```\n)?/gmsu)].map((match): Example => {
    const [, needs = "", code = "", expected] = match;
    return {
      place: `${path}:${text.slice(0, match.index).split("\n").length}`,
      needs: needs.split(" ").filter((word) => word !== "") as Requirement[],
      code,
      expected,
    };
  });
}

/** What an example printed, and what it is to print. */
export type RunExample = Pick<Example, "place" | "expected"> & {
  /** Its stdout, then its stderr. */
  readonly output: string;
};

/**
 * Runs each `ts` block of a Markdown file: {@link runExample}.
 *
 * @example
 * for (const { place, output, expected } of runExamples("README.md")) expect(output, place).toBe(expected);
 */
export function runExamples(path: string): RunExample[] {
  return examplesOf(path).map((example): RunExample => {
    const { place, expected } = example;
    return { place, output: runExample(example), expected };
  });
}

/**
 * Runs an example as a module of its own, beside its file, on the sources of this workspace.
 *
 * @returns its stdout, then its stderr
 * @throws Error when it ends with another status than 0
 */
export function runExample({ place, code }: Pick<Example, "place" | "code">): string {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [...nodeOptions, "--input-type=module-typescript", "--eval", code],
    { cwd: dirname(place), encoding: "utf8" },
  );
  if (error) throw error;
  if (status !== 0) throw new Error(`${place}: exit status ${status}\n${stderr}`);
  return `${stdout}${stderr}`;
}
