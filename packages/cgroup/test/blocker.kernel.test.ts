import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { requires } from "@wb/testing";
import { afterEach, describe, expect } from "vitest";
import { createCgroup } from "../src/create.ts";
import { openCgroup } from "../src/open.ts";
import { caught, directoryOf, expectNothingLeft, fileOf, somePath, versionOf } from "./group.ts";

const onCpu = requires("root", "cgroup_v1", "cgroup_controller:cpu");
const onCpuset = requires("root", "cgroup_v1", "cgroup_controller:cpuset");

afterEach(expectNothingLeft);

describe("a limit that a group below is in the way of", () => {
  onCpu("is refused naming the innermost, and how it is lowered", async (context) => {
    if (versionOf("cpu") === 2) return context.skip("cpu is on v2");
    await using group = createCgroup(somePath());
    const below = `${directoryOf(group, "cpu")}/a`;
    for (const directory of [below, `${below}/b;c`]) {
      mkdirSync(directory);
      writeFileSync(`${directory}/cpu.cfs_quota_us`, "40000");
    }
    const error = caught(() => group.apply({ cpu: { max: { quotaUs: 20_000, periodUs: 100_000 } } }));
    expect(error.hint).toBe(
      `${below}/b;c below it has more: lower that first: wb cgroup set '${group.path}/a/b;c' cpu.max='20000 100000'`,
    );
    for (const path of [`${group.path}/a/b;c`, `${group.path}/a`])
      openCgroup(path).apply({ cpu: { max: { quotaUs: 20_000, periodUs: 100_000 } } });
    group.apply({ cpu: { max: { quotaUs: 20_000, periodUs: 100_000 } } });
    expect(fileOf(group, "cpu", "cpu.cfs_quota_us")).toBe("20000");
  });

  onCpu("is refused with the file, where wb takes no such name", async (context) => {
    if (versionOf("cpu") === 2) return context.skip("cpu is on v2");
    await using group = createCgroup(somePath());
    const below = `${directoryOf(group, "cpu")}/cgroup.x`;
    mkdirSync(below);
    writeFileSync(`${below}/cpu.cfs_quota_us`, "40000");
    const error = caught(() => group.apply({ cpu: { max: { quotaUs: 20_000 } } }));
    expect(error.hint).toContain(`lower that first: echo 20000 > ${below}/cpu.cfs_quota_us`);
    rmdirSync(below);
    const above = caught(() => group.apply({ cpu: { max: { quotaUs: Number.MAX_SAFE_INTEGER } } }));
    expect(above.hint).toContain("may not be above that of a group higher up");
  });

  onCpuset("is refused naming who has a CPU that is not in the list", async (context) => {
    if (versionOf("cpuset") === 2) return context.skip("cpuset is on v2");
    if (availableParallelism() < 2) return context.skip("one CPU alone");
    await using group = createCgroup(somePath(), { cpuset: { cpus: "0-1" } });
    await using below = createCgroup(`${group.path}/a`, { cpuset: { cpus: "0-1" } });
    const error = caught(() => group.apply({ cpuset: { cpus: "0" } }));
    expect(error.message).toContain("EBUSY");
    expect(error.hint).toContain(`lower that first: wb cgroup set ${below.path} cpuset.cpus=0`);
    below.apply({ cpuset: { cpus: "0" } });
    group.apply({ cpuset: { cpus: "0" } });
    expect(caught(() => below.apply({ cpuset: { cpus: "0-1" } })).hint).toContain("the group above it");
  });
});
