/** The subsystems that v1 alone has, and those that a machine may have on neither version. */
import { readFileSync } from "node:fs";
import { requires } from "@wb/testing";
import { afterEach, expect } from "vitest";
import { createCgroup } from "../src/create.ts";
import { caught, expectNothingLeft, fileOf, layout, runIn, somePath, versionOf } from "./group.ts";

afterEach(expectNothingLeft);

requires(
  "root",
  "cgroup_v1",
  "cgroup_controller:net_cls",
)("net_cls.classid and net_prio.ifpriomap are set, changed and given back", async () => {
  await using group = createCgroup(somePath(), { netCls: { classid: 0x10_0001 }, netPrio: { ifpriomap: { lo: 5 } } });
  const classid = (): string => fileOf(group, "net_cls", "net_cls.classid");
  const priorities = (): string => fileOf(group, "net_prio", "net_prio.ifpriomap");
  expect(classid()).toBe(String(0x10_0001));
  expect(priorities()).toMatch(/^lo 5$/m);
  group.apply({ netPrio: { ifpriomap: { lo: 7 } } });
  expect(priorities()).toMatch(/^lo 7$/m);
  const refused = { netCls: { classid: 1 }, netPrio: { ifpriomap: { "no-such-if": 1 } } };
  expect(caught(() => group.apply(refused)).code).toBe("WB_CGROUP_WRITE");
  expect(classid()).toBe(String(0x10_0001));
});

requires(
  "root",
  "cgroup_v1",
  "cgroup_controller:perf_event",
)("a process is in its group of perf_event, which has no limits", async () => {
  await using group = createCgroup(somePath());
  expect(await runIn(group, `grep -q ':perf_event:${group.path}$' /proc/self/cgroup`)).toBe(0);
});

requires("root", "cgroup_controller:hugetlb")("hugetlb limits are set, and shown by stats()", async () => {
  const size = /^Hugepagesize:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
  const page = `${Number(size) / 1024}MB`;
  await using group = createCgroup(somePath(), { hugetlb: { [page]: { max: "8m" } } });
  const file = versionOf("hugetlb") === 1 ? "limit_in_bytes" : "max";
  expect(fileOf(group, "hugetlb", `hugetlb.${page}.${file}`)).toBe(String(8 * 1024 ** 2));
  expect(group.stats().hugetlb?.[page]).toMatchObject({ current: 0, max: 8 * 1024 ** 2 });
  group.apply({ hugetlb: { [page]: { max: "max" } } });
  expect(caught(() => group.apply({ hugetlb: { "3MB": { max: 0 } } })).message).toContain("3MB");
});

requires("root")("a group is made in every hierarchy, and a process in it is in all of them", async () => {
  await using group = createCgroup(somePath());
  const groups = `test "$(cut -d: -f3 /proc/self/cgroup | sort -u)" = ${group.path}`;
  expect(await runIn(group, groups)).toBe(0);
  expect(group.layout.hierarchies).toHaveLength(layout.hierarchies.length);
});
