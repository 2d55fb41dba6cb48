import { join } from "node:path";
import { leavesHostUnchanged, requires, runExamples } from "@wb/testing";
import { expect } from "vitest";
import { makeRunNetns } from "./support/run-netns.ts";

makeRunNetns();
leavesHostUnchanged();

requires("root", "command:ip")("the README's examples print what it says", () => {
  const examples = runExamples(join(import.meta.dirname, "../README.md"));
  expect(examples).toHaveLength(2);
  expect(examples.map(({ output }) => output)).toEqual(examples.map(({ expected }) => expected));
});
