import { readFileSync } from "node:fs";
import { join } from "node:path";
import { output, requires } from "@wb/testing";
import { expect } from "vitest";

requires("root")("the README's example prints what the README says", () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const [, code = "", expected] = /```ts\n(.*?)```\n\n```\n(.*?)```/su.exec(readme) ?? [];
  const options = ["--conditions=wb-source", "--input-type=module-typescript"];
  expect(output([process.execPath, ...options, "--eval", code], { cwd: import.meta.dirname })).toBe(expected);
});
