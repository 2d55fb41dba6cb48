import { describe, expect, test } from "vitest";
import { commandHelp } from "../src/command/help-text.ts";
import { COMMANDS } from "../src/registry/commands.ts";
import { findCommand } from "../src/registry/find-command.ts";
import { GROUPS } from "../src/registry/groups.ts";
import { SPECS } from "../src/registry/specs.ts";

const rows = COMMANDS.map((row) => [row.names[0], row] as const);

describe("COMMANDS", () => {
  test.each(rows)("has a spec and a group for %s, and finds it by all its names", async (name, row) => {
    expect((await SPECS[name]?.())?.name).toBe(name);
    for (const one of row.names) {
      expect(findCommand([...one.split(" "), "--x"])).toEqual({ row, args: ["--x"] });
      expect(Object.hasOwn(GROUPS, one.split(" ")[0] ?? "")).toBe(one.includes(" "));
    }
  });

  test("have no name in common, and none of a spec that no row has", () => {
    const names = COMMANDS.flatMap((row) => row.names);
    expect(names).toEqual([...new Set(names)]);
    expect(Object.keys(SPECS).toSorted()).toEqual(rows.map(([name]) => name).toSorted());
  });

  test.each(rows)("%s has help with usage, examples and lines that fit", async (name) => {
    const spec = await SPECS[name]?.();
    if (spec === undefined) throw new Error(`${name} has no spec`);
    const help = commandHelp(spec);
    expect(help).toMatch(new RegExp(`^Usage:  wb ${name}( |$)`, "m"));
    expect(help).toMatch(/^Examples?:\n {2}wb /mu);
    expect(spec.examples.some((example) => String(example).includes(`wb ${name}`))).toBe(true);
    expect(spec.text.split("\n").filter((line) => line.length > 120)).toEqual([]);
  });
});
