import { expect, test } from "vitest";
import { planScope } from "../src/systemd/plan.ts";
import { changedProperties, limitProperties } from "../src/systemd/properties.ts";
import { slicePath, unitName } from "../src/systemd/unit.ts";
import { caught } from "./group.ts";

test("unitName() reads slice:prefix:name as runc does", () => {
  expect(unitName("machine.slice:web:1")).toEqual({
    slice: "machine.slice",
    unit: "web-1.scope",
    path: "/machine.slice/web-1.scope",
  });
  expect(unitName("a-b.slice:docker:3f")).toMatchObject({ path: "/a.slice/a-b.slice/docker-3f.scope" });
  expect(unitName(":runc:3f")).toMatchObject({ slice: "system.slice", unit: "runc-3f.scope" });
  expect(unitName("-.slice:runc:3f").path).toBe("/runc-3f.scope");
  expect(unitName("web", { slice: "user.slice" })).toEqual({
    slice: "user.slice",
    unit: "web.scope",
    path: "/user.slice/web.scope",
  });
  expect(unitName("web.scope").unit).toBe("web.scope");
});

test.each([
  ["a:b", "has not the form"],
  ["a.slice:b:", "has no name"],
  ["a.slice:b:c:d", "has not the form"],
  [":web:b.slice", "is a slice"],
  ["we b", "has other characters"],
  ["a/b", "has other characters"],
  ["system:web:1", "is no slice"],
  ["a--b.slice:web:1", "is no slice"],
  [".slice:web:1", "is no slice"],
  ["../x.slice:web:1", "is no slice"],
  ["x".repeat(250), "is longer"],
])("unitName() refuses %s", (name, problem) => {
  const { code, message, hint } = caught(() => unitName(name));
  expect([code, message, hint]).toEqual(["WB_CGROUP_PATH", expect.stringContaining(problem), expect.any(String)]);
});

test("slicePath() makes a level of each dash", () => {
  expect(slicePath("user-1000.slice")).toBe("/user.slice/user-1000.slice");
  expect(slicePath("system.slice")).toBe("/system.slice");
  expect(slicePath("-.slice")).toBe("");
});

test("unitName() puts a _ before names that could be files of a group, as systemd does", () => {
  const paths = ["_a", ".a", "cgroup.procs", "memory", "pids.max", "memory-high", "tasks", "cgroups.a"];
  expect(paths.map((name) => unitName(`-.slice::${name}`).path)).toEqual([
    "/__a.scope",
    "/_.a.scope",
    "/_cgroup.procs.scope",
    "/_memory.scope",
    "/_pids.max.scope",
    "/memory-high.scope",
    "/tasks.scope",
    "/cgroups.a.scope",
  ]);
  expect(unitName("cpu-web.slice::a")).toMatchObject({ unit: "a.scope", path: "/_cpu.slice/cpu-web.slice/a.scope" });
});

test("limitProperties() says what systemd has a property for", () => {
  const limits = {
    memory: { max: "64m", high: 1024, swapMax: "max" },
    cpu: { shares: 1024, max: { quotaUs: 12_345, periodUs: 50_000 } },
    pids: { max: 10 },
    cpuset: { cpus: "0-2,9", mems: "0" },
    io: { weight: 50 },
    hugetlb: { "2MB": { max: 0 } },
  } as const;
  expect(limitProperties(limits).map(({ name, type, value }) => [name, type, value])).toEqual([
    ["MemoryHigh", "t", 1024n],
    ["MemoryMax", "t", 64n * 1024n ** 2n],
    ["MemorySwapMax", "t", 2n ** 64n - 1n],
    ["CPUWeight", "t", 100n],
    ["CPUQuotaPeriodUSec", "t", 50_000n],
    ["CPUQuotaPerSecUSec", "t", 250_000n],
    ["TasksMax", "t", 10n],
    ["IOWeight", "t", 50n],
    ["AllowedCPUs", "ay", [7, 2]],
    ["AllowedMemoryNodes", "ay", [1]],
  ]);
  expect(limitProperties({})).toEqual([]);
  expect(caught(() => limitProperties({ memory: { max: "lots" as "1m" } })).code).toBe("WB_CGROUP_LIMIT");
});

test("limitProperties() reads unified files, too, and leaves to the kernel what is no value", () => {
  const unified = {
    "memory.high": "64M",
    "memory.max": "max",
    "pids.max": "7",
    "cpu.weight": "50",
    "cpu.max": "5000 20000",
    "cpuset.cpus": "0-1",
    "io.weight": "default 20",
    "memory.low": "lots",
    "memory.oom.group": "1",
  };
  const limits = { memory: { high: 1 }, cpu: { shares: 2 }, unified };
  expect(limitProperties(limits).map(({ name, value }) => [name, value])).toEqual([
    ["MemoryHigh", 64n * 1024n ** 2n],
    ["MemoryMax", 2n ** 64n - 1n],
    ["CPUWeight", 50n],
    ["CPUQuotaPeriodUSec", 20_000n],
    ["CPUQuotaPerSecUSec", 250_000n],
    ["TasksMax", 7n],
    ["IOWeight", 20n],
    ["AllowedCPUs", [3]],
  ]);
});

test("changedProperties() adds what the group has, and the missing half of cpu.max", () => {
  const present = {
    memory: { max: 4096, high: "max" },
    cpu: { weight: 100, max: { quotaUs: 20_000, periodUs: 50_000 } },
    pids: { max: 5 },
    cpuset: { cpus: "" },
  } as const;
  const { told, former } = changedProperties({ cpu: { max: { quotaUs: 25_000 } }, cpuset: { cpus: "1" } }, present);
  expect(told.map(({ name, value }) => [name, value])).toEqual([
    ["MemoryMax", 4096n],
    ["TasksMax", 5n],
    ["CPUQuotaPeriodUSec", 50_000n],
    ["CPUQuotaPerSecUSec", 500_000n],
    ["AllowedCPUs", [2]],
  ]);
  expect(former.map(({ value }) => value)).toEqual([4096n, 5n, 50_000n, 400_000n, []]);
  expect(changedProperties({ memory: { oomGroup: true } }, present)).toEqual({ told: [], former: [] });
  expect(changedProperties({ memory: { low: 1 } }, {}).former).toEqual([{ name: "MemoryLow", type: "t", value: 0n }]);
});

test("planScope() shows the scope and the command that makes the same", () => {
  const layout = {
    kind: "unified",
    unmounted: [],
    disabled: [],
    hierarchies: [{ version: 2, controllers: ["memory"], mountpoint: "/sys/fs/cgroup", root: "/" }],
  } as const;
  const plan = planScope("machine.slice:web:1", { memory: { max: "64m" } }, { layout, manager: "system" });
  expect(plan.path).toBe("/machine.slice/web-1.scope");
  expect(plan.create[0]?.shell).toMatch(
    /^systemd-run --scope --unit=web-1\.scope --slice=machine\.slice -p Delegate=yes .*-p MemoryMax=67108864 /,
  );
  expect(plan.create[1]?.shell).toBe("echo 67108864 > /sys/fs/cgroup/machine.slice/web-1.scope/memory.max");
  const negative = { memory: { max: -5 } };
  expect(caught(() => planScope("web", negative, { layout, manager: "system" })).code).toBe("WB_CGROUP_LIMIT");
  expect(plan.remove[0]?.shell).toBe("systemctl stop web-1.scope");
});
