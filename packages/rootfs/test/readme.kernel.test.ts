import { join } from "node:path";
import { leavesHostUnchanged, requires, runExamples } from "@wb/testing";
import { expect } from "vitest";

leavesHostUnchanged();

requires("root", "mount_setattr")("the README's examples print what it says", () => {
  const examples = runExamples(join(import.meta.dirname, "../README.md"));
  expect(examples).toHaveLength(1);
  expect(examples.map(({ output }) => output)).toEqual(examples.map(({ expected }) => expected));
});
