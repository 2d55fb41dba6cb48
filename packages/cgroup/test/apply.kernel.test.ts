import { mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { afterEach, describe, expect } from "vitest";
import { createCgroup } from "../src/create.ts";
import { attachedDevicePrograms } from "../src/devices/query.ts";
import type { DeviceRule } from "../src/devices/rule.ts";
import type { Layout } from "../src/layout.ts";
import { openCgroup } from "../src/open.ts";
import {
  caught,
  directoryOf,
  expectNothingLeft,
  fileOf,
  layout,
  openFds,
  runIn,
  somePath,
  startSleep,
  versionOf,
  without,
} from "./group.ts";

const MB = 1024 ** 2;
const everywhere = requires("root", "cgroup_controller:memory", "cgroup_controller:cpu", "cgroup_controller:pids");

afterEach(expectNothingLeft);

everywhere("apply() changes the limits of a group with processes in it, and leaves the others alone", async () => {
  await using group = createCgroup(somePath(), { memory: { max: "64m" }, pids: { max: 7 } });
  await startSleep(group, 60);
  const fds = openFds();
  group.apply({ memory: { max: "1.5m" } });
  expect(group.stats()).toMatchObject({ memory: { max: 1.5 * MB }, pids: { max: 7 } });
  group.apply({ memory: { max: "max" }, cpu: { max: { quotaUs: 20_000 } }, pids: { max: "max" } });
  expect(group.stats()).toMatchObject({ memory: { max: "max" }, pids: { max: "max" } });
  group.apply({});
  expect(openFds()).toBe(fds);
});

everywhere("apply() gives what it has set its old value again, when the kernel refuses what comes after", async () => {
  await using group = createCgroup(somePath(), { memory: { max: 64 * MB, low: MB }, cpu: { weight: 50 } });
  const fds = openFds();
  const weight = versionOf("cpu") === 1 ? "cpu.shares" : "cpu.weight";
  const before = fileOf(group, "cpu", weight);
  const error = caught(() =>
    group.apply({
      memory: { max: 32 * MB, low: 2 * MB, swapMax: 0 },
      cpu: { weight: 70, max: { quotaUs: Number.MAX_SAFE_INTEGER } },
    }),
  );
  expect(error).toMatchObject({ code: "WB_CGROUP_WRITE", value: "9007199254740991" });
  expect(group.stats().memory?.max).toBe(64 * MB);
  const low = versionOf("memory") === 1 ? "memory.soft_limit_in_bytes" : "memory.low";
  expect(fileOf(group, "memory", low)).toBe(String(MB));
  expect(fileOf(group, "cpu", weight)).toBe(before);
  expect(openFds()).toBe(fds);
});

everywhere("apply() leaves the limit of swap alone when memory.max changes", async () => {
  await using group = createCgroup(somePath(), { memory: { max: 64 * MB, swapMax: MB } });
  const swap = (): number =>
    versionOf("memory") === 1
      ? Number(fileOf(group, "memory", "memory.memsw.limit_in_bytes")) - Number(group.stats().memory?.max)
      : Number(fileOf(group, "memory", "memory.swap.max"));
  for (const max of [32 * MB, 128 * MB, 64 * MB]) {
    group.apply({ memory: { max } });
    expect([group.stats().memory?.max, swap()]).toEqual([max, MB]);
  }
});

everywhere("apply() writes nothing when one of the limits is none", async () => {
  await using group = createCgroup(somePath(), { memory: { max: 64 * MB } });
  const limits = { memory: { max: "32m" }, pids: { max: -1 } } as const;
  expect(caught(() => group.apply(limits)).message).toBe("pids.max is -1; it must be a whole number from 0 to 4194304");
  expect(group.stats().memory?.max).toBe(64 * MB);
  const noSize = { memory: { max: "lots" as "1m" } };
  expect(caught(() => group.apply(noSize))).toMatchObject({ code: "WB_CGROUP_LIMIT", value: "lots" });
});

requires(
  "root",
  "cgroup_v1",
  "cgroup_controller:memory",
  "cgroup_controller:pids",
)("apply() names the v1 hierarchy that a group is missing in", () => {
  const path = somePath();
  const directory = directoryOf(openCgroup(path), "pids");
  mkdirSync(directory);
  try {
    const error = caught(() => openCgroup(path).apply({ pids: { max: 3 }, memory: { max: MB } }));
    expect(error.code).toBe("WB_CGROUP_GONE");
    expect(error.message).toContain(`memory.max=${MB} needs the cgroup /`);
    expect(readFileSync(join(directory, "pids.max"), "utf8")).toBe("max\n");
  } finally {
    rmdirSync(directory);
  }
  expect(caught(() => openCgroup(path).apply({})).code).toBe("WB_CGROUP_GONE");
});

requires("root", "cgroup_v2")("apply() names the controller that the v2 group above does not pass on", () => {
  const above = openCgroup(somePath());
  const group = openCgroup(`${above.path}/below`);
  mkdirSync(directoryOf(group, "v2"), { recursive: true });
  try {
    const error = caught(() => group.apply({ pids: { max: 3 }, memory: { max: MB } }));
    expect(error.code).toBe("WB_CGROUP_CONTROLLER");
    expect(error.message).toMatch(/ needs the controller \w+, which \S+\/below does not have; enabled there: none$/);
    expect(error.hint).toContain("cgroup.subtree_control");
  } finally {
    group.removeSync();
    above.removeSync();
  }
});

requires(
  "root",
  "cgroup2_tree",
  "cgroup_hybrid",
)("apply() says which controllers a v2 group has", async () => {
  await using group = createCgroup(somePath());
  const tree = layout.hierarchies.filter((one) => one.version === 2);
  const claimed = tree.map((one) => ({ ...one, controllers: [...one.controllers, "pids"] }));
  const onV2 = openCgroup(group.path, { layout: { ...layout, hierarchies: claimed } });
  const error = caught(() => onV2.apply({ pids: { max: 5 } }));
  expect(error.code).toBe("WB_CGROUP_CONTROLLER");
  expect(error.message).toMatch(/^pids\.max=5 needs the controller pids, which .* does not have; enabled there: /);
});

const NONE: DeviceRule = { allow: false };
const only = (minor: number, access = "rwm"): DeviceRule[] => [
  NONE,
  { allow: true, type: "c", major: 1, minor, access },
];
const NULL_OR_ZERO = "sh -c ': <>/dev/null' 2>&- && echo null; sh -c ': </dev/zero' 2>&- && echo zero; echo end";

describe.each<[string, ReturnType<typeof requires>, Layout]>([
  ["v1's controller", requires("root", "cgroup_controller:devices"), layout],
  ["a BPF program", requires("root", "cgroup2_tree", "kernel>=5.6"), without("devices")],
])("devices by %s", (_, onMachine, using_) => {
  onMachine("apply() takes the place of the rules before", async () => {
    using directory = temporaryDirectory();
    await using group = createCgroup(somePath(), {}, { layout: using_ });
    const output = join(directory.path, "output");
    const allowed = async (devices: DeviceRule[]): Promise<string> => {
      const fds = openFds();
      group.apply({ devices });
      expect(openFds()).toBe(fds);
      const shell = openCgroup(group.path, { layout: using_ });
      await runIn(shell, NULL_OR_ZERO, output);
      shell.close();
      return readFileSync(output, "utf8");
    };
    const both = [...only(3), { ...NONE, allow: true, type: "c", major: 1, minor: 5, access: "r" } as const];
    expect(await allowed(only(3))).toBe("null\nend\n");
    expect(await allowed(both)).toBe("null\nzero\nend\n");
    expect(await allowed([])).toBe("null\nzero\nend\n");
    expect(await allowed([{ allow: false, type: "c", major: 1, minor: 5 }])).toBe("null\nend\n");
    expect(await allowed(both)).toBe("null\nzero\nend\n");
    expect(await allowed(only(3))).toBe("null\nend\n");
  });
});

requires(
  "root",
  "cgroup2_tree",
  "kernel>=5.6",
)("apply() never leaves more than one device program", async () => {
  await using group = createCgroup(somePath(), { devices: only(3) }, { layout: without("devices") });
  for (let round = 0; round < 5; round++) group.apply({ devices: only(round) });
  expect(attachedDevicePrograms(directoryOf(group, "v2"))).toHaveLength(1);
});

requires(
  "root",
  "cgroup_v1",
  "cgroup_controller:devices",
)("apply() takes back what it did to v1's list of devices", async () => {
  await using group = createCgroup(somePath(), { devices: only(3) });
  await using child = createCgroup(`${group.path}/child`, { devices: only(3, "r") });
  const error = caught(() => child.apply({ devices: [...only(3, "rw"), ...only(5).slice(1)] }));
  expect(error).toMatchObject({ code: "WB_CGROUP_WRITE", value: "c 1:5 rwm" });
  expect(error.hint).toContain("the group above");
  expect(fileOf(child, "devices", "devices.list")).toBe("c 1:3 r");
});
