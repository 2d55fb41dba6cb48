import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "@wb/testing";
import { afterEach, describe, expect } from "vitest";
import { createCgroup } from "../src/create.ts";
import { type Freezer, freezing, thaw } from "../src/freezer.ts";
import type { Layout } from "../src/layout.ts";
import { openCgroup } from "../src/open.ts";
import { drive } from "../src/wait.ts";
import {
  directoryOf,
  expectNothingLeft,
  isRunning,
  layout,
  openFds,
  somePath,
  startIn,
  startSleep,
  until,
  without,
} from "./group.ts";

const onV1 = requires("root", "cgroup_v1", "cgroup_controller:freezer", "cgroup_controller:pids");
const everywhere = requires("root", "cgroup_controller:pids");
const onV2 = requires("root", "cgroup2_tree", "kernel>=5.14");
const onHybrid = requires("root", "cgroup_hybrid", "kernel>=5.14");

/** Forty shells that each fork as fast as they can, and never end. */
const FORK_BOMB = "i=0; while [ $i -lt 40 ]; do (while :; do (:); done) & i=$((i + 1)); done; wait";
const LIMIT = { pids: { max: 1000 } };

afterEach(expectNothingLeft);

describe.each<[string, ReturnType<typeof requires>, Layout]>([
  ["by cgroup.kill of the v2 tree", onV2, layout],
  ["by the v1 freezer", onV1, without("v2")],
  ["by pids.max and signals", onV1, without("freezer", "v2")],
])("kill() %s", (_, onMachine, using_) => {
  onMachine("ends a tree that forks while it is being killed", async () => {
    const group = createCgroup(somePath(), LIMIT, { layout: using_ });
    startIn(group, FORK_BOMB);
    await until(() => group.pids().length > 40, "the tree has its 40 shells");
    const pids = group.pids();
    await group.kill();
    expect(group.pids({ recursive: true })).toEqual([]);
    expect(pids.filter(isRunning)).toEqual([]);
    group.close();
    await group.remove();
  });

  onMachine("does so with the path alone, blocking, where some hierarchies lack the group", async () => {
    const fds = openFds();
    const path = somePath();
    const group = createCgroup(path, LIMIT, {
      layout: {
        ...using_,
        hierarchies: using_.hierarchies.filter(
          ({ version, controllers }) => version === 2 || !controllers.includes("memory"),
        ),
      },
    });
    startIn(group, FORK_BOMB);
    await until(() => group.pids().length > 30, "the tree has 30 processes");
    group.close();
    const found = openCgroup(path, { layout: using_ });
    found.killSync();
    found.removeSync();
    expect(found.exists()).toBe(false);
    expect(openFds() - fds).toBe(2); // the child's pidfd and report, which this test leaves open
  });

  onMachine("ends processes of nested groups, and removes those deepest first", async () => {
    const group = createCgroup(somePath(), LIMIT, { layout: using_ });
    const child = startIn(group, "sleep 100 & sleep 100 & wait");
    await until(() => group.pids().length === 3, "three processes run");
    for (const { mountpoint } of using_.hierarchies) mkdirSync(`${mountpoint}${group.path}/x/y`, { recursive: true });
    const [, , last] = group.pids();
    for (const name of ["pids", "memory"])
      writeFileSync(join(directoryOf(group, name), "x/y/cgroup.procs"), String(last));
    expect(group.pids({ recursive: true })).toHaveLength(3);
    await group.kill();
    expect(isRunning(child.pid)).toBe(false);
    group.close();
    await group.remove();
  });
});

onV1("kill() thaws what is frozen, also a nested group that was frozen by itself", async () => {
  for (const using_ of [layout, without("v2")]) {
    const group = createCgroup(somePath(), {}, { layout: using_ });
    startIn(group, "sleep 100 & sleep 100 & wait");
    await until(() => group.pids().length === 3, "three processes run");
    const freezer = directoryOf(group, "freezer");
    mkdirSync(join(freezer, "x"));
    writeFileSync(join(freezer, "x/cgroup.procs"), String(group.pids()[2]));
    writeFileSync(join(freezer, "x/freezer.state"), "FROZEN");
    writeFileSync(join(freezer, "freezer.state"), "FROZEN");
    await group.kill();
    group.close();
    await group.remove();
  }
});

onV2("the freezer of v2 stops processes and lets them go on", async () => {
  await using group = createCgroup(somePath(), {}, { layout: without("freezer") });
  const freezer: Freezer = { directory: directoryOf(group, "v2"), file: "cgroup.freeze" };
  startIn(group, "while :; do :; done");
  await until(() => group.pids().length > 0, "it runs");
  const events = (): string => readFileSync(join(freezer.directory, "cgroup.events"), "utf8");
  await drive(freezing(freezer));
  await until(() => events().includes("frozen 1"), "they stand still");
  const then = performance.now() + 20;
  const stopped = group.stats().cpu?.usageUs;
  await until(() => performance.now() > then, "some milliseconds passed");
  expect(group.stats().cpu?.usageUs).toBe(stopped);
  thaw(freezer);
  await until(() => events().includes("frozen 0"), "they go on");
});

onHybrid("kill() also ends a process that is in the group on v1 alone", async () => {
  const group = createCgroup(somePath());
  const child = await startSleep(group, 100);
  writeFileSync(
    join(layout.hierarchies.find(({ version }) => version === 2)?.mountpoint ?? "", "cgroup.procs"),
    String(child.pid),
  );
  await group.kill();
  expect(isRunning(child.pid)).toBe(false);
  group.close();
  await group.remove();
});

onV1("kill() refuses to end the process that calls it", async () => {
  const group = createCgroup(somePath(), {}, { layout: without("v2", "memory", "cpuset") });
  const home = without("v2", "memory", "cpuset").hierarchies.map(({ mountpoint }) => join(mountpoint, "cgroup.procs"));
  group.add(process.pid);
  try {
    await expect(group.kill()).rejects.toMatchObject({
      code: "WB_CGROUP_BUSY",
      message: expect.stringContaining(`(${process.pid})`),
    });
    await expect(group.remove({ timeout: 50 })).rejects.toMatchObject({
      code: "WB_CGROUP_BUSY",
      message: expect.stringContaining(String(process.pid)),
    });
  } finally {
    for (const file of home) writeFileSync(file, String(process.pid));
  }
  group.close();
  await group.remove();
});

everywhere("remove() waits for what is about to end, and gives up when the time is up", async () => {
  const group = createCgroup(somePath());
  await startSleep(group, 0.2);
  await group.remove();
  const other = createCgroup(somePath());
  await startSleep(other, 100);
  const began = performance.now();
  expect(() => other.removeSync({ timeout: 100 })).toThrow(
    expect.objectContaining({ code: "WB_CGROUP_BUSY", hint: expect.stringContaining("kill()") }),
  );
  expect(performance.now() - began).toBeLessThan(1000);
  await other[Symbol.asyncDispose]();
  group.close();
});

everywhere("remove() takes groups nested deeper than a path is long", async () => {
  const group = createCgroup(somePath());
  const home = process.cwd();
  try {
    process.chdir(directoryOf(group, "pids"));
    for (let depth = 0; depth < 40; depth++) {
      mkdirSync("d".repeat(200));
      process.chdir("d".repeat(200));
    }
  } finally {
    process.chdir(home);
  }
  expect(group.pids({ recursive: true })).toEqual([]);
  group.close();
  group.removeSync();
});

everywhere("remove() takes groups whose names are no text", async () => {
  const group = createCgroup(somePath());
  const odd = Buffer.concat([Buffer.from(`${directoryOf(group, "pids")}/`), Buffer.from([0xff, 0xfe])]);
  mkdirSync(odd);
  mkdirSync(Buffer.concat([odd, Buffer.from("/below")]));
  const child = await startSleep(group, 100);
  writeFileSync(Buffer.concat([odd, Buffer.from("/below/cgroup.procs")]), String(child.pid));
  expect(group.pids({ recursive: true })).toEqual([child.pid]);
  await group[Symbol.asyncDispose]();
});

everywhere("cleaning up where there is nothing is no error", async () => {
  const group = openCgroup(somePath());
  expect(group.exists()).toBe(false);
  await group[Symbol.asyncDispose]();
  group[Symbol.dispose]();
});
