import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DOCKER_CAPABILITIES, heldCapabilities } from "@wb/security";
import { requires } from "@wb/testing";
import { execa } from "execa";
import { expect, test } from "vitest";
import { RUN_FLAGS } from "../src/commands/run-flags.ts";
import type { Flags } from "../src/flags.ts";
import { wbScript } from "./support/wb.ts";

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
const hasDockers = (heldCapabilities().permitted & DOCKER_CAPABILITIES) === DOCKER_CAPABILITIES;

requires("root").skipIf(!hasDockers)("the README's example prints what the README says", async () => {
  const [, command = "", output] = /```sh\n(.*?)```\n\n```\n(.*?)```/su.exec(readme) ?? [];
  const { stdout } = await execa("sh", ["-c", `wb() { ${wbScript()} "$@"; }; ${command}`], { stdin: "ignore" });
  expect(`${stdout}\n`).toBe(output);
});

test("the README's table has every flag of wb run, and no others", () => {
  const [, table = ""] = /## Flags of `wb run`\n(.*?)\n\n`-v`/su.exec(readme) ?? [];
  const cells = [...table.matchAll(/^\| (`-[^|]+(?:\\\|[^|]+)*)/gmu)].map(([, cell = ""]) => cell).join();
  const told = [...cells.matchAll(/(?:-(\w), )?--([\w-]+)/gu)].map(([, short, name]) => `${short} ${name}`);
  const flags: Flags = RUN_FLAGS;
  const known = Object.entries(flags).map(([name, { short }]) => `${short} ${name}`);
  expect(told.toSorted()).toEqual(known.filter((flag) => flag !== "undefined help").toSorted());
});
