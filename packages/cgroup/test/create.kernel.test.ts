import { spawn as spawnChild } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSyscallError } from "@wb/syscall";
import { nodeOptions, requires, temporaryDirectory } from "@wb/testing";
import { afterEach, expect } from "vitest";
import { createCgroup } from "../src/create.ts";
import type { Limits } from "../src/limits.ts";
import { openCgroup } from "../src/open.ts";
import {
  caught,
  directoryOf,
  expectNothingLeft,
  fileOf,
  layout,
  leftovers,
  openFds,
  runIn,
  somePath,
  startSleep,
  until,
  versionOf,
  without,
} from "./group.ts";

const MB = 1024 ** 2;
const everywhere = requires("root", "cgroup_controller:memory", "cgroup_controller:cpu", "cgroup_controller:pids");
const onV1 = requires("root", "cgroup_v1", "cgroup_controller:memory");

afterEach(expectNothingLeft);

everywhere("createCgroup() makes the group in every hierarchy and the kernel has its limits", async () => {
  await using group = createCgroup(somePath(), {
    memory: { max: 64 * MB, swapMax: 0, low: 16 * MB },
    cpu: { weight: 50, max: { quotaUs: 20_000, periodUs: 50_000 } },
    pids: { max: 7 },
  });
  for (const { mountpoint } of layout.hierarchies) {
    expect(readdirSync(mountpoint + group.path)).toContain("cgroup.procs");
  }
  const memory = {
    1: { limit_in_bytes: 64 * MB, "memsw.limit_in_bytes": 64 * MB, soft_limit_in_bytes: 16 * MB },
    2: { max: 64 * MB, "swap.max": 0, low: 16 * MB },
  }[versionOf("memory")];
  for (const [name, value] of Object.entries(memory)) {
    expect(fileOf(group, "memory", `memory.${name}`)).toBe(String(value));
  }
  const cpu = {
    1: { shares: "421", cfs_quota_us: "20000", cfs_period_us: "50000" },
    2: { weight: "50", max: "20000 50000" },
  }[versionOf("cpu")];
  for (const [name, value] of Object.entries(cpu)) expect(fileOf(group, "cpu", `cpu.${name}`)).toBe(value);
  expect(fileOf(group, "pids", "pids.max")).toBe("7");
  expect(group.stats()).toMatchObject({ memory: { max: 64 * MB, oomKill: 0 }, pids: { current: 0, max: 7 } });
  expect(group.stats().cpu?.usageUs).toBe(0);
});

everywhere.each([true, false])(
  "a process is in the group of every hierarchy from its first instruction, with cloneInto: %s",
  async (cloneInto) => {
    using directory = temporaryDirectory("wb-output-");
    await using group = createCgroup(somePath(), {}, { cloneInto });
    const output = join(directory.path, "output");
    expect(await runIn(group, "cat /proc/self/cgroup; echo; ls -l /proc/self/fd", output)).toBe(0);
    const [groups = "", descriptors] = readFileSync(output, "utf8").split("\n\n");
    expect(groups.split("\n").map((line) => line.split(":")[2])).toEqual(layout.hierarchies.map(() => group.path));
    expect(descriptors).toContain(output);
    expect(descriptors).not.toContain("/cgroup");
  },
);

everywhere("add() moves a running process", async () => {
  await using group = createCgroup(somePath());
  await using other = createCgroup(somePath());
  const child = await startSleep(other, 60);
  group.add(child.pid);
  expect(group.pids()).toEqual([child.pid]);
  expect(other.pids()).toEqual([]);
  const error = caught(() => group.add(2 ** 22 - 1));
  expect(error).toMatchObject({ code: "WB_CGROUP_WRITE", value: "4194303" });
  expect(error.message).toContain("ESRCH");
});

requires(
  "root",
  "cgroup_v1",
  "cgroup_controller:cpuset",
)("add() leaves a process where it was when one hierarchy refuses it", async (context) => {
  if (versionOf("cpuset") === 2) return context.skip("cpuset is on v2");
  await using group = createCgroup(somePath());
  await using other = createCgroup(somePath());
  const child = await startSleep(other, 60);
  const groups = (): string => readFileSync(`/proc/${child.pid}/cgroup`, "utf8");
  const before = groups();
  const mems = `${directoryOf(group, "cpuset")}/cpuset.mems`;
  writeFileSync(mems, "\n");
  const error = caught(() => group.add(child.pid));
  expect(error).toMatchObject({ code: "WB_CGROUP_WRITE", message: expect.stringContaining("ENOSPC") });
  expect(error.hint).toContain("set its cpuset.cpus and cpuset.mems first");
  expect(groups()).toBe(before);
  expect(group.pids()).toEqual([]);
});

everywhere.each([0, -1, 1.5, Number.NaN])("add(%d) is refused, and moves nothing", async (pid) => {
  await using group = createCgroup(somePath());
  expect(caught(() => group.add(pid))).toMatchObject({ code: "WB_CGROUP_WRITE", value: String(pid) });
  expect(group.pids()).toEqual([]);
});

requires("cgroup_v1").each(["/tasks", "/notify_on_release"])("%s is no group, but a file of one", (path) => {
  const group = openCgroup(path);
  expect(group.exists()).toBe(false);
  for (const attempt of [() => group.stats(), () => group.freezeSync(), () => group.add(process.pid)])
    expect(caught(attempt).code).toBe("WB_CGROUP_GONE");
});

everywhere("a refused limit leaves nothing behind, and the error names file, value and system call", () => {
  const fds = openFds();
  const path = somePath();
  const error = caught(() =>
    createCgroup(path, { pids: { max: 5 }, cpu: { max: { quotaUs: Number.MAX_SAFE_INTEGER } } }),
  );
  expect(error.code).toBe("WB_CGROUP_WRITE");
  expect(error.path).toMatch(new RegExp(`${path}/cpu.(cfs_quota_us|max)$`));
  expect(error.value).toBe("9007199254740991");
  expect(error.message).toMatch(/^cannot write "9007199254740991" to \/.*\/cpu.(cfs_quota_us|max): (EINVAL|ERANGE), /);
  expect(isSyscallError(error.cause) && error.cause.message).toMatch(
    /cpu.(cfs_quota_us|max)>, "9007199254740991", 16\)/,
  );
  expect(openFds()).toBe(fds);
  expect(openCgroup(path).exists()).toBe(false);
});

everywhere("a group that is there already in one hierarchy is left alone, and nothing is made beside it", () => {
  const fds = openFds();
  const path = somePath();
  const last = layout.hierarchies.at(-1)?.mountpoint ?? "";
  mkdirSync(last + path);
  try {
    const error = caught(() => createCgroup(path));
    expect(error).toMatchObject({ code: "WB_CGROUP_EXISTS", path: last + path });
    expect(error.hint).toBeDefined();
    expect(leftovers()).toEqual([last + path]);
    expect(openFds()).toBe(fds);
  } finally {
    rmdirSync(last + path);
  }
});

everywhere("of two that make the same group at once, one has it and the other is told", async () => {
  const path = somePath();
  await using first = createCgroup(path, { pids: { max: 3 } });
  expect(caught(() => createCgroup(path, { pids: { max: 4 } })).code).toBe("WB_CGROUP_EXISTS");
  expect(fileOf(first, "pids", "pids.max")).toBe("3");
});

everywhere("of processes that make the same group at the same moment, one has it", async () => {
  const path = somePath();
  const code = `
    import { createCgroup } from "@wb/cgroup";
    process.stdin.once("data", () => {
      try { createCgroup(${JSON.stringify(path)}); console.log("made"); } catch (error) { console.log(error.code); }
      process.exit();
    });
    console.log("ready");`;
  const options = [...nodeOptions, "--input-type=module", "--eval", code];
  const racers = Array.from({ length: 2 }, () => spawnChild(process.execPath, options, { cwd: import.meta.dirname }));
  const outputs = racers.map((racer) => {
    let text = "";
    racer.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    return (): string => text;
  });
  await until(() => outputs.every((output) => output() === "ready\n"), "all are ready");
  for (const racer of racers) racer.stdin.write("go");
  await until(() => racers.every(({ exitCode }) => exitCode === 0), "all have ended");
  const answers = outputs.map((output) => output().split("\n")[1]);
  await openCgroup(path).remove();
  expect(answers.filter((answer) => answer === "made")).toHaveLength(1);
  expect(answers.filter((answer) => answer === "WB_CGROUP_EXISTS")).toHaveLength(1);
});

everywhere("groups above it are made and removed with it, unless another one needs them", async () => {
  const parent = somePath();
  const one = createCgroup(`${parent}/a/one`);
  const two = createCgroup(`${parent}/a/two`);
  expect(await runIn(one, "true")).toBe(0);
  one.close();
  await one.remove();
  expect(two.exists()).toBe(true);
  two.close();
  two.removeSync();
  expect(two.exists()).toBe(false);
  await openCgroup(parent).remove();
});

everywhere("a group above it that another process removes meanwhile is made again", async () => {
  const parent = somePath();
  const code = `
    import { createCgroup } from "@wb/cgroup";
    console.log("ready");
    process.stdin.once("data", () => {
      for (let round = 0; round < 50; round++) createCgroup("${parent}/" + process.pid + "-" + round)[Symbol.dispose]();
      process.exit();
    });`;
  const options = [...nodeOptions, "--input-type=module", "--eval", code];
  const other = spawnChild(process.execPath, options, { cwd: import.meta.dirname, stdio: ["pipe", "pipe", "inherit"] });
  let ready = false;
  other.stdout.once("data", () => (ready = true));
  await until(() => ready, "the other process is ready");
  other.stdin.write("go");
  await until(() => {
    createCgroup(`${parent}/mine`)[Symbol.dispose]();
    return other.exitCode !== null;
  }, "it has ended");
  expect(other.exitCode).toBe(0);
  await openCgroup(parent).remove();
});

everywhere("remove() closes what createCgroup() opened", async () => {
  const fds = openFds();
  await createCgroup(somePath()).remove();
  createCgroup(somePath()).removeSync();
  expect(openFds()).toBe(fds);
});

everywhere("a failure removes the groups above it that were made for it", () => {
  const parent = somePath();
  expect(caught(() => createCgroup(`${parent}/a`, { cpu: { max: { quotaUs: Number.MAX_SAFE_INTEGER } } })).code).toBe(
    "WB_CGROUP_WRITE",
  );
});

everywhere("twenty groups leave no descriptor, and no group", async () => {
  const fds = openFds();
  for (let round = 0; round < 20; round++) {
    await using group = createCgroup(somePath(), { memory: { max: 64 * MB }, pids: { max: 10 } });
    expect(group.exists()).toBe(true);
  }
  expect(openFds()).toBe(fds);
});

everywhere("limits go up and down in the order that the kernel takes", async () => {
  const half = (periodUs: number): Limits => ({ cpu: { max: { quotaUs: periodUs / 2, periodUs } } });
  await using group = createCgroup(somePath(), { memory: { max: 64 * MB, swapMax: 0 }, ...half(100_000) });
  for (const max of [256 * MB, 16 * MB, "max", 32 * MB] as const) {
    group.apply({ memory: { max, swapMax: max === "max" ? "max" : MB } });
    expect(group.stats().memory?.max).toBe(max);
  }
  // Below a group that has half a CPU no moment may pass in which this one has more.
  await using child = createCgroup(`${group.path}/child`, half(100_000));
  for (const periodUs of [10_000, 1_000_000, 100_000]) {
    child.apply(half(periodUs));
    const [quota] = fileOf(child, "cpu", versionOf("cpu") === 1 ? "cpu.cfs_quota_us" : "cpu.max").split(" ");
    expect(quota).toBe(String(periodUs / 2));
  }
});

onV1("entrance() of a group that exists in some hierarchies leads into those", async () => {
  const path = somePath();
  await using partial = createCgroup(path, {}, { layout: without("memory", "v2") });
  using found = openCgroup(path);
  expect(Object.keys(found.entrance().fds)).not.toContain("cgroup:memory");
  expect(found.entrance().directory).toBeUndefined();
  expect(await runIn(found, "exit 3")).toBe(3);
  expect(partial.exists()).toBe(true);
});

everywhere("a group that is gone says so", async () => {
  const group = createCgroup(somePath());
  await group[Symbol.asyncDispose]();
  expect(caught(() => group.stats()).code).toBe("WB_CGROUP_GONE");
  expect(caught(() => group.add(process.pid)).code).toBe("WB_CGROUP_GONE");
  expect(caught(() => group.entrance()).code).toBe("WB_CGROUP_GONE");
  expect(group.pids({ recursive: true })).toEqual([]);
});
