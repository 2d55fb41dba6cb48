import { spawnSync } from "node:child_process";
import { requires } from "@wb/testing";
import { afterEach, beforeAll, beforeEach, expect } from "vitest";
import { type Outcome, wb, wbScript } from "./support/wb.ts";

beforeAll(() => void wbScript(), 120_000);

const onMachine = requires("root", "cgroup_controller:memory", "cgroup_controller:pids", "cgroup_controller:cpu");
const name = `wb-test-${process.pid}-get`;

function cgroup(...args: string[]): Promise<Outcome> {
  return wb(["cgroup", ...args]);
}

async function get(key: string): Promise<string> {
  const { stdout, stderr } = await cgroup("get", name, key);
  return stderr === "" ? stdout : stderr;
}

const isRoot = process.geteuid?.() === 0;
beforeEach(async () => void (isRoot && (await cgroup("create", name))));
afterEach(async () => void (isRoot && (await cgroup("rm", name))));

onMachine("wb cgroup get prints what set has set, as v2 writes it", async () => {
  const settings: [set: string, key: string, value: string][] = [
    ["memory.max=32m", "memory.max", "33554432"],
    ["memory.low=1m", "memory.low", "1048576"],
    ["memory.limit_in_bytes=64m", "memory.max", "67108864"],
    ["memory.max=max", "memory.max", "max"],
    ["cpu.max=50%", "cpu.max", "50000 100000"],
    ["cpu.cfs_quota_us=25000", "cpu.max", "25000 100000"],
    ["cpu.max=max", "cpu.max", "max 100000"],
    ["cpu.weight=59", "cpu.weight", "59"],
    ["cpu.shares=1024", "cpu.weight", "100"],
    ["pids.max=10", "pids.max", "10"],
    ["pids.max=max", "pids.max", "max"],
  ];
  for (const [set, key, value] of settings) {
    expect({ set, ...(await cgroup("set", name, set)) }).toMatchObject({ set, status: 0, stderr: "" });
    expect([set, await get(key)]).toEqual([set, `${value}\n`]);
  }
});

onMachine("wb cgroup get without a key prints lines that set takes", async () => {
  await cgroup("set", name, "memory.max=32m", "cpu.max=50%", "pids.max=10");
  const { stdout } = await cgroup("get", name);
  expect(stdout.split("\n")).toEqual(
    expect.arrayContaining(["memory.max 33554432", "cpu.max 50000 100000", "cpu.weight 100", "pids.max 10"]),
  );
  const lines = stdout.split("\n").filter((line) => /^(memory\.max|cpu\.|pids\.)/.test(line));
  const again = await cgroup("set", name, ...lines.map((line) => line.replace(" ", "=")));
  expect(again).toMatchObject({ status: 0, stderr: "" });
});

onMachine("wb cgroup get says what is missing", async () => {
  expect(await get("paint.max")).toMatch(/^wb: paint\.max needs the controller paint, which this kernel does not have/);
  expect(await get("memory.colour")).toMatch(/^wb: the cgroup \S+ has no memory\.colour on cgroup v[12]\n/);
  expect(await get("../x")).toMatch(/^wb: "\.\.\/x" is no name of a file such as memory\.max\n$/);
  expect((await cgroup("get", `${name}-none`)).stderr).toMatch(/^wb: there is no cgroup /);
  expect((await cgroup("get", name, "a", "b")).stderr).toContain('unexpected argument "b"');
});

requires(
  "root",
  "cgroup_v1",
  "cgroup_controller:memory",
)("wb cgroup get says what only v2 has", async () => {
  expect(await get("memory.high")).toMatch(/^wb: memory\.high exists on cgroup v2 only/);
});

requires(
  "root",
  "cgroup_v2",
  "cgroup_controller:memory",
)("wb cgroup get says what v2 calls a file of v1", async () => {
  expect(await get("memory.limit_in_bytes")).toMatch(
    /^wb: memory\.limit_in_bytes is a file of cgroup v1.*\nhint: v2 calls it memory\.max\n$/,
  );
});

requires(
  "root",
  "cgroup_v1",
  "cgroup_controller:memory",
  "cgroup_controller:cpu",
  "cgroup_controller:devices",
  "cgroup_controller:cpuset",
  "command:cgget",
)("wb cgroup set and get do what cgset and cgget do", async () => {
  const settings = [
    ["memory.limit_in_bytes", "33554432"],
    ["memory.memsw.limit_in_bytes", "67108864"],
    ["memory.soft_limit_in_bytes", "1048576"],
    ["memory.swappiness", "30"],
    ["cpu.shares", "512"],
    ["cpu.cfs_quota_us", "50000"],
    ["cpuset.cpus", "0"],
    ["cpuset.memory_migrate", "1"],
    ["pids.max", "17"],
  ] as const;
  const cgget = (key: string): string => spawnSync("cgget", ["-nv", "-r", key, name], { encoding: "utf8" }).stdout;
  for (const [key, value] of settings) {
    expect(await cgroup("set", name, `${key}=${value}`)).toMatchObject({ status: 0, stderr: "" });
    expect([key, cgget(key), await get(key)]).toEqual([key, `${value}\n`, `${value}\n`]);
  }
  expect(spawnSync("cgset", ["-r", "cpu.shares=1024", name]).status).toBe(0);
  expect(await get("cpu.weight")).toBe("100\n");
  await cgroup("set", name, "devices.deny=a");
  await cgroup("set", name, "devices.allow=c 1:3 rw");
  expect(cgget("devices.list")).toBe("c 1:3 rw\n");
  expect(await get("devices.list")).toBe("c 1:3 rw\n");
});
