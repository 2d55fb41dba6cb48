/** Processes and groups that are made to escape from those who end them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeOptions, requires, temporaryDirectory } from "@wb/testing";
import { afterEach, expect } from "vitest";
import type { Cgroup } from "../src/cgroup.ts";
import { createCgroup } from "../src/create.ts";
import type { Layout } from "../src/layout.ts";
import { openCgroup } from "../src/open.ts";
import {
  directoryOf,
  expectNothingLeft,
  isRunning,
  layout,
  somePath,
  startIn,
  startSleep,
  until,
  without,
} from "./group.ts";

const onV1 = requires("root", "cgroup_v1", "cgroup_controller:freezer", "cgroup_controller:pids");
const onV2 = requires("root", "cgroup2_tree", "kernel>=5.14");
const everywhere = requires("root", "cgroup_controller:pids");

/** Groups of the v2 tree alone. */
const ONLY_V2: Layout = { ...layout, hierarchies: layout.hierarchies.filter(({ version }) => version === 2) };

afterEach(expectNothingLeft);

/** Moves itself from one group below to the other as fast as it can. */
function startHopping(group: Cgroup, directory: string): { readonly pid: number } {
  for (const name of ["a", "b"]) mkdirSync(join(directory, name));
  return startIn(group, `cd ${directory}; while :; do echo 0 >a/cgroup.procs; echo 0 >b/cgroup.procs; done`);
}

onV2("kill() ends what moves among the groups below, v2", async () => {
  for (let i = 0; i < 10; i++) {
    const group = createCgroup(somePath(), {}, { layout: ONLY_V2 });
    const directory = directoryOf(group, "v2");
    const { pid } = startHopping(group, directory);
    await until(() => readFileSync(`${directory}/b/cgroup.procs`, "utf8").includes(String(pid)), "it moves");
    await group.kill();
    await until(() => !isRunning(pid), "it ended: a process leaves its groups before it is a zombie");
    await group[Symbol.asyncDispose]();
  }
});

onV1("kill() ends what moves among the groups below, v1", async () => {
  for (let i = 0; i < 10; i++) {
    const group = createCgroup(somePath(), {}, { layout: without("v2") });
    const directory = directoryOf(group, "pids");
    const { pid } = startHopping(group, directory);
    await until(() => readFileSync(`${directory}/b/cgroup.procs`, "utf8").includes(String(pid)), "it moves");
    await group.kill();
    await until(() => !isRunning(pid), "it ended: a process leaves its groups before it is a zombie");
    await group[Symbol.asyncDispose]();
  }
});

onV2("kill(), pids(), freeze() and remove() take threaded groups", async () => {
  const group = createCgroup(somePath(), {}, { layout: ONLY_V2 });
  const threaded = join(directoryOf(group, "v2"), "threaded");
  const child = await startSleep(group, 100);
  mkdirSync(threaded);
  writeFileSync(join(threaded, "cgroup.type"), "threaded");
  expect(group.pids({ recursive: true })).toEqual([child.pid]);
  await group.freeze();
  await group.thaw();
  writeFileSync(join(threaded, "cgroup.threads"), String(child.pid));
  await group.kill();
  await until(() => !isRunning(child.pid), "it ended");
  group.close();
  await group.remove();
});

onV2("kill() of a group that is threaded itself ends its processes", async () => {
  const parent = createCgroup(somePath(), {}, { layout: ONLY_V2 });
  const child = await startSleep(parent, 100);
  // Not by createCgroup(), which would pass on controllers: a group that has processes cannot.
  mkdirSync(join(directoryOf(parent, "v2"), "threaded"));
  const group = openCgroup(`${parent.path}/threaded`, { layout: ONLY_V2 });
  writeFileSync(join(directoryOf(group, "v2"), "cgroup.type"), "threaded");
  writeFileSync(join(directoryOf(group, "v2"), "cgroup.threads"), String(child.pid));
  expect(group.pids()).toEqual([child.pid]);
  await group.kill();
  await until(() => !isRunning(child.pid), "it ended");
  group.close();
  await group.remove();
  await parent[Symbol.asyncDispose]();
});

/** More than a stack or a path has room for; an emulated processor takes minutes for those, and gets what a path has not. */
const LEVELS = process.env["WB_TEST_PLACE"] === undefined ? 6000 : 600;

everywhere("kill() and remove() take thousands of groups, each in the other", async () => {
  const group = createCgroup(somePath());
  const directory = directoryOf(group, "pids");
  const home = process.cwd();
  try {
    process.chdir(directory);
    for (let depth = 0; depth < LEVELS; depth++) {
      mkdirSync("d");
      process.chdir("d");
    }
  } finally {
    process.chdir(home);
  }
  expect(group.pids({ recursive: true })).toEqual([]);
  await group[Symbol.asyncDispose]();
  expect(existsSync(directory)).toBe(false);
});

everywhere("remove() takes no group while a process is in one of them", async () => {
  const group = createCgroup(somePath());
  const directory = directoryOf(group, "pids");
  for (const name of ["a", "b", "c/d"]) mkdirSync(join(directory, name), { recursive: true });
  const child = await startSleep(group, 100);
  writeFileSync(join(directory, "b/cgroup.procs"), String(child.pid));
  await expect(group.remove({ timeout: 50 })).rejects.toMatchObject({
    code: "WB_CGROUP_BUSY",
    message: expect.stringContaining(String(child.pid)),
  });
  for (const name of ["a", "b", "c/d"]) expect(existsSync(join(directory, name))).toBe(true);
  await group[Symbol.asyncDispose]();
});

/** exit(2) ends the thread that calls it; Node.js has others. */
const LEADER_ENDS = `
  import { call, run, step } from "@wb/syscall";
  run([step("end this thread alone", [call("exit", 0)])]);`;

onV2("kill() ends a process whose first thread has ended", async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, "leader-ends.mjs");
  writeFileSync(file, LEADER_ENDS.replace("@wb/syscall", import.meta.resolve("@wb/syscall")));
  const group = createCgroup(somePath(), {}, { layout: ONLY_V2 });
  const { pid } = startIn(group, `exec ${[process.execPath, ...nodeOptions, file].join(" ")}`);
  await until(() => /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8")), "its first thread has ended");
  expect(group.pids()).toEqual([pid]);
  await group.kill();
  expect(group.pids()).toEqual([]);
  await group[Symbol.asyncDispose]();
});
