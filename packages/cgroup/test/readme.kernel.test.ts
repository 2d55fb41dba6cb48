import { join } from "node:path";
import { examplesOf, leavesHostUnchanged, requires, runExample } from "@wb/testing";
import { expect } from "vitest";

leavesHostUnchanged();

for (const example of examplesOf(join(import.meta.dirname, "../README.md"))) {
  const { needs, code, expected } = example;
  requires(
    "root",
    "cgroup_controller:memory",
    "cgroup_controller:pids",
    ...needs,
  )(
    `the README's example for ${needs.join(", ") || "any machine"} prints what it says: ${code.split("\n", 1)[0]}`,
    () => {
      expect(runExample(example)).toBe(expected);
    },
  );
}
