import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { nodeOptions, requires } from "@wb/testing";
import { afterEach, expect } from "vitest";
import { createScope } from "../src/create-scope.ts";
import { createCgroup } from "../src/create.ts";
import type { CgroupError } from "../src/error.ts";
import { openCgroup } from "../src/open.ts";
import { isSystemdBooted } from "../src/systemd/booted.ts";
import { openScope } from "../src/systemd/open-scope.ts";
import { planScope } from "../src/systemd/plan.ts";
import type { Scope } from "../src/systemd/scope.ts";
import { directoryOf, isRunning, layout, openFds, runIn, startSleep, until } from "./group.ts";

// tools/pnpm vm --init systemd -- tools/with-toolchain vitest run packages/cgroup/test/scope.kernel.test.ts
const withSystemd = requires("root", "systemd", "cgroup_controller:memory", "cgroup_controller:pids");
const onV2 = requires("root", "systemd", "cgroup_v2");
const without = requires("root");

let count = 0;
const someName = (): string => `wbtest.slice:wb-test-${process.pid}:${count++}`;

afterEach(() => {
  if (!isSystemdBooted()) return;
  expect(systemctl("list-units", "--all", "--plain", "--no-legend", "wb-test-*").trim()).toBe("");
  expect(placeholders()).toEqual([]);
});

function systemctl(...args: readonly string[]): string {
  return execFileSync("systemctl", args, { encoding: "utf8" });
}

function shown({ unit }: Scope, ...names: readonly string[]): Record<string, string> {
  const lines = systemctl("show", unit, `--property=${names.join(",")}`)
    .trim()
    .split("\n");
  return Object.fromEntries(lines.map((line) => line.split("=", 2)));
}

/** The processes that keep scopes alive, whoever made them. */
function placeholders(): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || !existsSync(`/proc/${pid}/cmdline`)) return false;
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("wb-placeholder\0") && isRunning(Number(pid));
  });
}

function activeState(unit: string): string {
  return systemctl("show", unit, "--property=ActiveState").trim();
}

onV2("createScope() makes a unit whose properties are the limits in force, also after a daemon-reload", async () => {
  const limits = {
    memory: { max: "64m", swapMax: 0 },
    cpu: { weight: 50, max: { quotaUs: 50_000 } },
    pids: { max: 20 },
    cpuset: { cpus: "0" },
  } as const;
  await using scope = await createScope(someName(), limits, { description: "a test" });
  expect(scope.path).toBe(`/wbtest.slice/${scope.unit}`);
  const files = (): string[] => {
    const directory = directoryOf(scope, "v2");
    return ["memory.max", "memory.swap.max", "cpu.weight", "cpu.max", "pids.max", "cpuset.cpus"].map((name) =>
      readFileSync(`${directory}/${name}`, "utf8").trim(),
    );
  };
  expect(files()).toEqual(["67108864", "0", "50", "50000 100000", "20", "0"]);
  const names = ["MemoryMax", "MemorySwapMax", "CPUWeight", "CPUQuotaPerSecUSec", "TasksMax", "AllowedCPUs"];
  const identity = {
    Delegate: "yes",
    Slice: "wbtest.slice",
    ControlGroup: scope.path,
    Description: "a test",
    ActiveState: "active",
  };
  expect(shown(scope, ...names, ...Object.keys(identity))).toEqual({
    MemoryMax: "67108864",
    MemorySwapMax: "0",
    CPUWeight: "50",
    CPUQuotaPerSecUSec: "500ms",
    TasksMax: "20",
    AllowedCPUs: "0",
    ...identity,
  });
  systemctl("daemon-reload");
  expect(files()).toEqual(["67108864", "0", "50", "50000 100000", "20", "0"]);

  scope.apply({ memory: { max: "32m" }, pids: { max: 30 } });
  systemctl("daemon-reload");
  expect(files()).toEqual(["33554432", "0", "50", "50000 100000", "30", "0"]);
  expect(shown(scope, "MemoryMax", "TasksMax")).toEqual({ MemoryMax: "33554432", TasksMax: "30" });
});

/** What the files of a scope hold, below its v2 directory. */
function settings(scope: Pick<Scope, "path" | "layout">, ...names: readonly string[]): Record<string, string> {
  const directory = directoryOf(scope as Scope, "v2");
  return Object.fromEntries(names.map((name) => [name, readFileSync(`${directory}/${name}`, "utf8").trim()]));
}

const KEPT = ["memory.high", "memory.max", "memory.oom.group", "cpu.weight", "pids.max"];

onV2("apply() leaves what it was not asked for as it is, whoever set it, also after a daemon-reload", async () => {
  const unified = { "memory.high": "32M", "memory.max": "64M", "pids.max": "7", "cpu.weight": "50" };
  await using scope = await createScope(someName(), { unified, memory: { oomGroup: true } });
  const before = {
    "memory.high": "33554432",
    "memory.max": "67108864",
    "memory.oom.group": "1",
    "cpu.weight": "50",
    "pids.max": "7",
  };
  expect(settings(scope, ...KEPT)).toEqual(before);
  scope.apply({ pids: { max: 9 } });
  expect(settings(scope, ...KEPT)).toEqual({ ...before, "pids.max": "9" });
  systemctl("daemon-reload");
  // What systemd has no property for it sets to its default when it reloads.
  expect(settings(scope, ...KEPT)).toEqual({ ...before, "pids.max": "9", "memory.oom.group": "0" });
  openCgroup(scope.path).apply({ memory: { oomGroup: true } });

  openCgroup(scope.path).apply({ memory: { max: "48m" }, cpu: { idle: true } });
  openScope(scope.path).apply({ unified: { "pids.max": "11" } });
  const after = { ...before, "memory.max": "50331648", "pids.max": "11", "cpu.weight": "0" };
  expect(settings(scope, ...KEPT, "cpu.idle")).toEqual({ ...after, "cpu.idle": "1" });
  systemctl("daemon-reload");
  expect(settings(scope, "memory.high", "memory.max", "pids.max")).toMatchObject({
    "memory.max": "50331648",
    "pids.max": "11",
  });
  expect(shown(scope, "MemoryHigh", "MemoryMax", "TasksMax")).toEqual({
    MemoryHigh: "33554432",
    MemoryMax: "50331648",
    TasksMax: "11",
  });
});

onV2("apply() sets cpu.max exactly, and takes the half that is not given from the group", async () => {
  await using scope = await createScope(someName(), { cpu: { max: { quotaUs: 20_000, periodUs: 50_000 } } });
  const steps = [
    [{ quotaUs: 25_000 }, "25000 50000"],
    [{ quotaUs: 33_333, periodUs: 100_000 }, "33333 100000"],
    [{ periodUs: 200_000 }, "33333 200000"],
    [{ quotaUs: 5000 }, "5000 200000"],
    [{ quotaUs: 1000, periodUs: 1_000_000 }, "1000 1000000"],
    [{ quotaUs: "max" }, "max 1000000"],
    [{ periodUs: 50_000 }, "max 50000"],
    [{ quotaUs: 12_345 }, "12345 50000"],
  ] as const;
  for (const [max, expected] of steps) {
    scope.apply({ cpu: { max } });
    expect(settings(scope, "cpu.max")).toEqual({ "cpu.max": expected });
    scope.apply({ pids: { max: 9 } });
    expect(settings(scope, "cpu.max")).toEqual({ "cpu.max": expected });
  }
  scope.apply({ unified: { "cpu.max": "max" } });
  expect(settings(scope, "cpu.max")).toEqual({ "cpu.max": "max 50000" });
});

onV2("apply() changes nothing, in the group and in systemd, when the kernel or systemd refuses", async () => {
  const limits = {
    memory: { max: "64m", oomGroup: true },
    cpu: { max: { quotaUs: 12_345 } },
    pids: { max: 20 },
  } as const;
  await using scope = await createScope(someName(), limits);
  const files = [...KEPT, "cpu.max", "cpuset.cpus"];
  const names = ["MemoryMax", "TasksMax", "CPUWeight", "CPUQuotaPerSecUSec"];
  const [before, told] = [settings(scope, ...files), shown(scope, ...names)];
  const asked = { memory: { max: "32m" }, pids: { max: 5 }, cpu: { weight: 7 }, cpuset: { cpus: "4000" } } as const;
  expect(() => scope.apply({ ...asked, cpuset: {}, unified: { "cpuset.cpus": "4000" } })).toThrow("4000");
  expect(settings(scope, ...files)).toEqual(before);
  expect(() => scope.apply(asked)).toThrow("4000");
  expect(settings(scope, ...files)).toEqual(before);
  expect(shown(scope, "MemoryMax", "TasksMax", "CPUQuotaPerSecUSec")).toEqual({
    MemoryMax: told["MemoryMax"],
    TasksMax: told["TasksMax"],
    CPUQuotaPerSecUSec: told["CPUQuotaPerSecUSec"],
  });
  systemctl("daemon-reload");
  expect(settings(scope, "memory.max", "pids.max", "cpu.weight")).toEqual({
    "memory.max": "67108864",
    "pids.max": "20",
    "cpu.weight": "100",
  });

  await using stranger = createCgroup(`/wb-stranger-${process.pid}.scope`);
  expect(() => openScope(stranger.path).apply({ pids: { max: 5 } })).toThrow("systemd: ");
  expect(settings(stranger, "pids.max")).toEqual({ "pids.max": "max" });
});

withSystemd("planScope() names the path that systemd takes, with a _ before what could be a file", async () => {
  for (const name of ["_wb-test-1", ".wb-test-2", "cgroup.wb-test-3", "wb-test-4", "memory", "cpu"]) {
    await using scope = await createScope(`cpu-wbtest.slice::${name}`);
    expect(scope.path).toBe(planScope(`cpu-wbtest.slice::${name}`).path);
  }
});

withSystemd("a scope that ended does nothing to another one that has its name", async () => {
  const name = someName();
  const scope = await createScope(name, { pids: { max: 20 } });
  scope.close();
  await until(() => activeState(scope.unit) === "ActiveState=inactive", "the scope ends");
  if (layout.kind !== "unified") return scope.remove();
  await using other = await createScope(name, { pids: { max: 30 } });
  const child = await startSleep(other, 1000);
  await scope.kill();
  await scope.remove();
  scope.removeSync();
  scope.close();
  expect(() => scope.apply({ pids: { max: 5 } })).toThrow("there is no cgroup");
  expect([scope.exists(), other.exists(), isRunning(child.pid)]).toEqual([false, true, true]);
  expect(activeState(other.unit)).toBe("ActiveState=active");
  expect(other.stats().pids?.max).toBe(30);
  await other.kill();
  child.report.close();
});

withSystemd("a process begins in a scope and under its limits; the scope ends with it once it is closed", async () => {
  const scope = await createScope(someName(), { memory: { max: "24m", swapMax: 0 }, pids: { max: 5 } });
  expect(await runIn(scope, "for i in 1 2 3 4 5 6; do sleep 2 & done; wait")).not.toBe(0);
  await until(() => scope.pids().length === 0, "those that could be forked have ended");
  expect(await runIn(scope, "exec tail /dev/zero")).toBeNull();
  expect(scope.stats().memory?.oomKill).toBe(1);
  expect(activeState(scope.unit)).toBe("ActiveState=active");
  const child = await startSleep(scope, 1000);
  expect(readFileSync(`/proc/${child.pid}/cgroup`, "utf8")).toContain(scope.path);
  scope.close();
  expect(placeholders()).toEqual([]);
  expect(scope.pids({ recursive: true })).toEqual([child.pid]);
  process.kill(child.pid, "SIGKILL");
  await until(() => activeState(scope.unit) === "ActiveState=inactive", "the scope ends with its last process");
  await until(
    () => !existsSync(directoryOf(scope, "memory")) || layout.kind !== "unified",
    "systemd removes its group",
  );
  await scope.remove();
  expect(scope.exists()).toBe(false);
  child.report.close();
});

withSystemd("a scope passes controllers on to groups below it, though its placeholder is there", async () => {
  using scope = await createScope(someName());
  using inner = createCgroup(`${scope.path}/init`, { pids: { max: 7 } });
  const child = await startSleep(inner, 1000);
  expect(inner.stats().pids?.max).toBe(7);
  inner.close();
  scope.close();
  expect(scope.pids({ recursive: true })).toEqual([child.pid]);
  child.report.close();
});

withSystemd("remove() stops the unit and leaves nothing; with processes in it, it is refused", async () => {
  const scope = await createScope(someName());
  const child = await startSleep(scope, 1000);
  const refused = await scope.remove({ timeout: 100 }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "WB_CGROUP_BUSY" });
  await scope.kill();
  await scope.remove();
  scope.close();
  for (const { mountpoint } of layout.hierarchies) expect(existsSync(`${mountpoint}${scope.path}`)).toBe(false);
  child.report.close();
});

withSystemd("createScope() refuses a unit that is there, a bad limit and a bad name, and leaves nothing", async () => {
  const name = someName();
  await using scope = await createScope(name);
  const fds = openFds();
  const failures = [
    createScope(name),
    createScope(someName(), { pids: { max: -5 } }),
    createScope(someName(), { cpuset: { cpus: "4000" } }),
    createScope("a b"),
  ];
  const codes = await Promise.all(failures.map((one) => one.catch((error: unknown) => (error as CgroupError).code)));
  expect(codes).toEqual(["WB_CGROUP_EXISTS", "WB_CGROUP_LIMIT", "WB_CGROUP_WRITE", "WB_CGROUP_PATH"]);
  expect(openFds()).toBe(fds);
  expect(placeholders()).toHaveLength(1);
  expect(scope.exists()).toBe(true);
});

withSystemd("a creator that is killed leaves no unit, no group and no process", async () => {
  const name = someName();
  const program = `
    const { createScope } = await import(${JSON.stringify(import.meta.resolve("../src/index.ts"))});
    const scope = await createScope(${JSON.stringify(name)});
    console.log(scope.path);
    setInterval(() => {}, 1000);`;
  const creator = spawn(process.execPath, [...nodeOptions, "--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(creator, "exit");
  const said = once(creator.stdout.setEncoding("utf8"), "data") as Promise<[string]>;
  const [path] = await Promise.race([said, exited.then(() => expect.fail("the creator made no scope"))]);
  const group = openCgroup(path.trim());
  expect(group.exists()).toBe(true);
  expect(placeholders()).toHaveLength(1);
  creator.kill("SIGKILL");
  await exited;
  const unit = path.trim().split("/").at(-1) ?? "";
  await until(() => activeState(unit) === "ActiveState=inactive", "the scope ends");
  await until(() => !group.exists() || layout.kind !== "unified", "its group is removed");
  // On v1 systemd leaves what it does not manage.
  group.removeSync();
});

without("createScope() names the sockets that it tried where there is no systemd", async () => {
  if (isSystemdBooted()) return;
  const error = await createScope("wb-test").catch((one: unknown) => one);
  expect(error).toMatchObject({
    code: "WB_CGROUP_SYSTEMD",
    message: expect.stringContaining("/run/systemd/private: ENOENT; /run/dbus/system_bus_socket: "),
    hint: expect.stringContaining("createCgroup()"),
  });
  expect(placeholders()).toEqual([]);
});
