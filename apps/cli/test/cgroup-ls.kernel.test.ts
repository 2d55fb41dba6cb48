import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { createCgroup } from "@wb/cgroup";
import { requires } from "@wb/testing";
import { execa } from "execa";
import { beforeAll, expect } from "vitest";
import { wb, wbScript } from "./support/wb.ts";

beforeAll(() => void wbScript(), 120_000);

/** As the owner of a delegated group can call those below it; a newline is refused by the kernel. */
const NAMES: readonly [string | Buffer, string][] = [
  ["a\tb", String.raw`a\x09b`],
  ["a\u001B[31m", String.raw`a\x1b[31m`],
  ["cgroup.x", "cgroup.x"],
  ["z\u009B", String.raw`z\xc2\x9b`],
  ["z\u202E", String.raw`z\xe2\x80\xae`],
  [Buffer.from([0xff]), String.raw`\xff`],
];

requires("root", "cgroup_controller:pids")("wb cgroup ls writes what names there are, none as it is", async () => {
  const path = `/wb-test-${process.pid}-ls`;
  await using group = createCgroup(path);
  const top = `${group.layout.hierarchies.find(({ controllers }) => controllers.includes("pids"))?.mountpoint}${path}/`;
  const directories = NAMES.map(([name]) => Buffer.concat([Buffer.from(top), Buffer.from(name)]));
  const sleep = execa("sleep", ["600"], { reject: false });
  try {
    for (const directory of directories) {
      mkdirSync(directory);
      writeFileSync(Buffer.concat([directory, Buffer.from("/cgroup.procs")]), String(sleep.pid));
      expect(readFileSync(Buffer.concat([directory, Buffer.from("/cgroup.procs")]), "utf8")).toBe(`${sleep.pid}\n`);
    }
    const { status, stderr, stdout } = await wb(["cgroup", "ls", path]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    // The last one has the process.
    const lines = NAMES.map(([, text], index) => `${path}/${text} ${index === NAMES.length - 1 ? 1 : 0}\n`);
    expect(stdout).toBe(lines.join(""));
  } finally {
    sleep.kill("SIGKILL");
    await sleep;
    await group.remove();
  }
  expect(() => rmdirSync(top)).toThrow("ENOENT");
});
