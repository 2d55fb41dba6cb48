import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "@wb/testing";
import { expect } from "vitest";

requires(
  "root",
  "cgroup_controller:memory",
  "cgroup_controller:pids",
)("the README's examples print what the README says", () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const examples = [...readme.matchAll(/```ts\n((?:(?!```).)*)```\n\n```\n(.*?)```/gsu)];
  expect(examples.length).toBeGreaterThan(1);
  for (const [, code = "", output] of examples) {
    const options = ["--conditions=wb-source", "--input-type=module-typescript", "--eval", code];
    expect(execFileSync(process.execPath, options, { cwd: import.meta.dirname, encoding: "utf8" })).toBe(output);
  }
});
