import { join } from "node:path";
import { requires, runExamples } from "@wb/testing";
import { expect } from "vitest";

requires("root")("the README's examples print what it says", () => {
  const examples = runExamples(join(import.meta.dirname, "../README.md"));
  expect(examples).toHaveLength(1);
  for (const { place, output, expected } of examples) expect({ place, output }).toEqual({ place, output: expected });
});
