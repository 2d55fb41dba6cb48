import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { afterEach, expect } from "vitest";
import { createCgroup } from "../src/create.ts";
import type { Limits } from "../src/limits.ts";
import { caught, directoryOf, expectNothingLeft, fileOf, runIn, somePath, versionOf } from "./group.ts";

const onCpuset = requires("root", "cgroup_controller:cpuset");
const onCpu = requires("root", "cgroup_controller:cpu", "kernel>=5.15");
const onBlkio = requires("root", "cgroup_v1", "cgroup_controller:blkio");
const onMemoryV1 = requires("root", "cgroup_v1", "cgroup_controller:memory");

afterEach(expectNothingLeft);

onCpuset("cpuset.cpus holds a process to one CPU, and apply() to another", async () => {
  using directory = temporaryDirectory();
  const output = join(directory.path, "output");
  await using group = createCgroup(somePath(), { cpuset: { cpus: "0" } });
  expect(await runIn(group, "grep Cpus_allowed_list /proc/self/status", output)).toBe(0);
  expect(readFileSync(output, "utf8")).toBe("Cpus_allowed_list:\t0\n");
  const error = caught(() => group.apply({ cpuset: { mems: "0", cpus: "999999" } }));
  expect(error).toMatchObject({ code: "WB_CGROUP_WRITE", value: "999999" });
  expect(fileOf(group, "cpuset", "cpuset.cpus")).toBe("0");
});

onCpu("cpu.idle and cpu.max.burst are set and taken back", async () => {
  const names =
    versionOf("cpu") === 1
      ? { weight: "cpu.shares", burst: "cpu.cfs_burst_us" }
      : { weight: "cpu.weight", burst: "cpu.max.burst" };
  const read = (): string[] => [names.weight, names.burst, "cpu.idle"].map((file) => fileOf(group, "cpu", file));
  await using group = createCgroup(somePath(), { cpu: { weight: 100, max: { quotaUs: 50_000 }, burstUs: 20_000 } });
  const before = read();
  group.apply({ cpu: { max: { quotaUs: 10_000 }, burstUs: 5000 } });
  group.apply({ cpu: { max: { quotaUs: 50_000 }, burstUs: 20_000 } });
  expect(read()).toEqual(before);
  const refused = { max: { quotaUs: Number.MAX_SAFE_INTEGER } };
  expect(caught(() => group.apply({ cpu: { weight: 50, idle: true, burstUs: 0, ...refused } })).code).toBe(
    "WB_CGROUP_WRITE",
  );
  expect(read()).toEqual(before);
  group.apply({ cpu: { idle: true } });
  expect(read()[2]).toBe("1");
  group.apply({ cpu: { idle: false, weight: 100 } });
  expect(read()).toEqual(before);
});

onBlkio("io limits of a loop device go up and away again", async () => {
  const device = { major: 7, minor: 0 };
  await using group = createCgroup(somePath(), {
    io: { devices: [{ ...device, rbps: "1m", wiops: 20 }] },
  });
  const read = (file: string): string => fileOf(group, "blkio", `blkio.throttle.${file}_device`);
  expect([read("read_bps"), read("write_iops")]).toEqual(["7:0 1048576", "7:0 20"]);
  const limits: Limits = {
    io: {
      devices: [
        { ...device, rbps: "2m", wbps: 7 },
        { major: 4095, minor: 1, rbps: 5 },
      ],
    },
  };
  expect(caught(() => group.apply(limits))).toMatchObject({ code: "WB_CGROUP_WRITE", value: "4095:1 5" });
  expect([read("read_bps"), read("write_bps")]).toEqual(["7:0 1048576", ""]);
  group.apply({ io: { devices: [{ ...device, rbps: "max", wiops: "max" }] } });
  expect([read("read_bps"), read("write_iops")]).toEqual(["", ""]);
});

onBlkio("io.weight is that of BFQ on v1, and refused where no module has it", async () => {
  await using group = createCgroup(somePath());
  if (existsSync(join(directoryOf(group, "blkio"), "blkio.bfq.weight"))) {
    group.apply({ io: { weight: 100 } });
    expect(fileOf(group, "blkio", "blkio.bfq.weight")).toBe("100");
  } else {
    const error = caught(() => group.apply({ io: { weight: 100 } }));
    expect(error).toMatchObject({ code: "WB_CGROUP_WRITE", value: "100" });
    expect(error.hint).toContain("this kernel does not have that file");
  }
});

onMemoryV1("v1's memory.swappiness and oom_control are set and taken back", async () => {
  await using group = createCgroup(somePath(), { memory: { max: "64m", swappiness: 10 } });
  const read = (file: string): string => fileOf(group, "memory", `memory.${file}`);
  group.apply({ memory: { oomKillDisable: true, swappiness: 20 } });
  expect(read("swappiness")).toBe("20");
  expect(read("oom_control")).toContain("oom_kill_disable 1");
  const memory = { oomKillDisable: false, swappiness: 30 };
  caught(() => group.apply({ memory, cpu: { max: { quotaUs: Number.MAX_SAFE_INTEGER } } }));
  expect(read("swappiness")).toBe("20");
  expect(read("oom_control")).toContain("oom_kill_disable 1");
});
