import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { examplesOf, runExamples } from "../src/run-examples.ts";
import { temporaryDirectory } from "../src/temporary-directory.ts";

describe("runExamples()", () => {
  test("gives what each block prints, with the block that follows", () => {
    using directory = temporaryDirectory();
    const readme = join(directory.path, "README.md");
    const blocks = [
      "# Title\n\n```ts\nconst n: number = 1;\nconsole.log(n);\n```\n\n```\n1\n```\n",
      "```sh\nfalse\n```\n",
      "```ts\nconsole.error('two');\n```\n\ntext\n\n```\nnot its output\n```\n",
    ];
    writeFileSync(readme, blocks.join("\n"));
    expect(runExamples(readme)).toEqual([
      { place: `${readme}:3`, output: "1\n", expected: "1\n" },
      { place: `${readme}:16`, output: "two\n", expected: undefined },
    ]);
  });

  test("examplesOf() tells what a block asks of the machine", () => {
    using directory = temporaryDirectory();
    const readme = join(directory.path, "README.md");
    writeFileSync(readme, "```ts root cgroup_v2\nexit(0);\n```\n\n```\nits output\n```\n");
    const needs = ["root", "cgroup_v2"];
    expect(examplesOf(readme)).toEqual([{ place: `${readme}:1`, needs, code: "exit(0);\n", expected: "its output\n" }]);
  });

  test("throws with the place of a block that fails", () => {
    using directory = temporaryDirectory();
    const readme = join(directory.path, "README.md");
    writeFileSync(readme, "```ts\nthrow new Error('no');\n```\n");
    expect(() => runExamples(readme)).toThrow(/README\.md:1: exit status 1\n.*Error: no/su);
  });
});
