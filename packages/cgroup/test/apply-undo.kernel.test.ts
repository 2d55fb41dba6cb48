/** What apply() leaves when it fails. */
import { spawn as spawnChild } from "node:child_process";
import { nodeOptions, requires } from "@wb/testing";
import { afterEach, expect } from "vitest";
import { createCgroup } from "../src/create.ts";
import { caught, expectNothingLeft, fileOf, somePath, until, versionOf } from "./group.ts";
import { loopDevice } from "./loop-device.ts";

const MB = 1024 ** 2;
const everywhere = requires("root", "cgroup_controller:memory", "cgroup_controller:cpu", "cgroup_controller:pids");

afterEach(expectNothingLeft);

everywhere("apply() takes back a weight that being idle would lose, and a line of a file that had none", async () => {
  await using group = createCgroup(somePath(), { cpu: { weight: 33 } });
  const weight = versionOf("cpu") === 1 ? "cpu.shares" : "cpu.weight";
  const before = fileOf(group, "cpu", weight);
  const missing =
    versionOf("memory") === 1
      ? { legacy: { "memory.soft_limit_in_bytes": "no number" } }
      : { unified: { "memory.high": "no number" } };
  expect(caught(() => group.apply({ cpu: { idle: true }, ...missing })).code).toBe("WB_CGROUP_WRITE");
  expect([fileOf(group, "cpu", "cpu.idle"), fileOf(group, "cpu", weight)]).toEqual(["0", before]);
});

requires(
  "root",
  "cgroup_v1",
  "cgroup_controller:blkio",
)("apply() takes back a raw line of a file that had none", async () => {
  await using group = createCgroup(somePath());
  using device = loopDevice(MB);
  const file = "blkio.throttle.read_bps_device";
  const legacy = { [file]: `${device.major}:${device.minor} 1048576`, "memory.soft_limit_in_bytes": "no number" };
  expect(caught(() => group.apply({ legacy })).code).toBe("WB_CGROUP_WRITE");
  expect(fileOf(group, "blkio", file)).toBe("");
});

everywhere("apply() looks for all files before it writes one", async () => {
  await using group = createCgroup(somePath(), { memory: { max: 64 * MB } });
  const file =
    versionOf("memory") === 1 ? { legacy: { "memory.no_such_file": "1" } } : { unified: { "memory.no.such": "1" } };
  const error = caught(() => group.apply({ memory: { max: 5 * MB }, ...file }));
  expect(error).toMatchObject({
    code: "WB_CGROUP_WRITE",
    value: "1",
    hint: expect.stringContaining("does not have that file"),
  });
  expect(group.stats().memory?.max).toBe(64 * MB);
});

requires(
  "root",
  "cgroup_v1",
  "cgroup_controller:memory",
)("apply() writes files that cannot be read", async () => {
  await using group = createCgroup(somePath());
  group.apply({ legacy: { "memory.force_empty": "0" } });
});

everywhere("of processes that change a group at once, each has what it set, or is told that it has not", async () => {
  await using group = createCgroup(somePath(), { memory: { max: 64 * MB } });
  const code = `
    import { openCgroup } from "@wb/cgroup";
    const group = openCgroup(${JSON.stringify(group.path)});
    process.stdin.once("data", () => {
      let lost = 0;
      for (let round = 0; round < 100; round++) {
        const max = (200 + round) * 2 ** 20;
        group.apply({ memory: { max } });
        let tries = 100; // in between the other one's value is there
        while (group.stats().memory.max !== max && tries > 0) tries--;
        if (tries === 0) lost++;
      }
      console.log(lost);
      process.exit();
    });
    console.log("ready");`;
  const child = spawnChild(process.execPath, [...nodeOptions, "--input-type=module", "--eval", code], {
    cwd: import.meta.dirname,
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await until(() => output === "ready\n", "the other process is ready");
  child.stdin.write("go");
  await until(() => {
    // It fails after memory.max was changed, and takes back what it changed itself.
    caught(() => group.apply({ memory: { max: 7 * MB }, cpu: { max: { quotaUs: Number.MAX_SAFE_INTEGER } } }));
    return child.exitCode !== null;
  }, "it has ended");
  expect(output).toBe("ready\n0\n");
});
