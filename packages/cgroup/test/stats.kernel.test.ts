import { existsSync } from "node:fs";
import { requires } from "@wb/testing";
import { afterEach, expect } from "vitest";
import { createCgroup } from "../src/create.ts";
import { directoryOf, expectNothingLeft, fileOf, openFds, runIn, somePath, startSleep } from "./group.ts";

const MB = 1024 ** 2;
const everywhere = requires("root", "cgroup_controller:memory", "cgroup_controller:cpu", "cgroup_controller:pids");

afterEach(expectNothingLeft);

everywhere("stats() has what the kernel's files have, on whichever version a controller is", async () => {
  await using group = createCgroup(somePath(), { memory: { max: "64m", low: "8m" }, pids: { max: 7 } });
  expect(await runIn(group, "head -c 8m /dev/zero | tail -c 8m > /dev/null")).toBe(0);
  await startSleep(group, 60);
  const fds = openFds();
  const { memory, cpu, pids } = group.stats();
  expect(openFds()).toBe(fds);
  expect(memory).toMatchObject({ max: 64 * MB, low: 8 * MB, oomKill: 0, events: { oom_kill: 0 } });
  expect(memory?.peak).toBeGreaterThan(8 * MB);
  expect(memory?.stat?.["anon"]).toBeGreaterThan(0);
  expect(memory?.stat?.["pgfault"]).toBeGreaterThan(0);
  // The kernel counts nanoseconds and rounds each of the three by itself.
  expect(Math.abs((cpu?.usageUs ?? 0) - (cpu?.userUs ?? 0) - (cpu?.systemUs ?? 0))).toBeLessThanOrEqual(1);
  expect(cpu?.periods).toBe(0);
  expect(pids).toMatchObject({ current: 1, max: 7, refused: 0 });
});

everywhere("stats() reads only the files that are asked for", async () => {
  await using group = createCgroup(somePath(), { memory: { max: "64m" } });
  const files = ["memory.current", "memory.max", "memory.usage_in_bytes", "memory.limit_in_bytes"];
  expect(group.stats({ files })).toEqual({ memory: { current: expect.any(Number), max: 64 * MB } });
  expect(group.stats({ files: [] })).toEqual({});
  await group.remove();
  expect(() => group.stats({ files })).toThrow(expect.objectContaining({ code: "WB_CGROUP_GONE" }));
});

requires("root", "cgroup_controller:cpuset")("stats() has the CPUs that a group may really use", async () => {
  await using group = createCgroup(somePath(), { cpuset: { cpus: "0" } });
  expect(group.stats().cpuset).toEqual({ cpus: "0", mems: expect.stringMatching(/^\d/) });
});

requires("root", "cgroup2_tree")("stats() has the pressure of the v2 tree, also beside v1's controllers", async () => {
  await using group = createCgroup(somePath());
  const { pressure } = group.stats();
  const shown = existsSync(`${directoryOf(group, "v2")}/cpu.pressure`);
  expect(pressure?.cpu?.some?.totalUs !== undefined).toBe(shown);
  if (shown) expect(fileOf(group, "v2", "memory.pressure")).toContain(`total=${pressure?.memory?.full?.totalUs}`);
});
