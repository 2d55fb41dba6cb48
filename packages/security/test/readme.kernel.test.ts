import { readFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "@wb/testing";
import { expect } from "vitest";
import { DOCKER_CAPABILITIES, heldCapabilities } from "../src/index.ts";
import { outputOfPeer } from "./command.ts";

const hasDockers = (heldCapabilities().permitted & DOCKER_CAPABILITIES) === DOCKER_CAPABILITIES;

requires("root").skipIf(!hasDockers)("the README's example prints what the README says", () => {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const [, code = "", output] = /```ts\n(.*?)```\n\n```\n(.*?)```/su.exec(readme) ?? [];
  const options = ["--conditions=wb-source", "--input-type=module-typescript"];
  expect(outputOfPeer([process.execPath, ...options, "--eval", code], { cwd: import.meta.dirname })).toBe(output);
});
