import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { chooseProgram } from "../src/programs/choose.ts";
import { COMMANDS } from "../src/registry/commands.ts";

test.each(COMMANDS.flatMap(({ names }) => names.map((name) => [name, names[0]])))(
  "the program of `wb %s` has the command %s",
  (name, command) => {
    const program = chooseProgram(name.split(" "));
    const source = readFileSync(join(import.meta.dirname, `../src/programs/${program}.ts`), "utf8");
    expect(source).toMatch(new RegExp(`^ +"?${command}"?: (?:async|psOf)`, "m"));
  },
);

test("a word that is no command is the main program's to explain", () => {
  expect(["nothing", "container", "container nothing"].map((line) => chooseProgram(line.split(" ")))).toEqual([
    "program",
    "program",
    "program",
  ]);
});
