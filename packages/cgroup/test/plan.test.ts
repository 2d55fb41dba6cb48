import { explain, type Step } from "@wb/syscall";
import { describe, expect, it } from "vitest";
import { CgroupError } from "../src/error.ts";
import type { Layout } from "../src/layout.ts";
import type { Limits } from "../src/limits.ts";
import { type CgroupPlan, planCgroup } from "../src/plan.ts";

const v1 = (name: string, ...more: string[]) =>
  ({ version: 1, controllers: [name, ...more], mountpoint: `/cg/${[name, ...more].join(",")}`, root: "/" }) as const;
const v2 = (...controllers: string[]) => ({ version: 2, controllers, mountpoint: "/cg", root: "/" }) as const;

const HYBRID: Layout = {
  kind: "hybrid",
  hierarchies: [
    v1("memory"),
    v1("cpu", "cpuacct"),
    { version: 1, controllers: [], name: "systemd", mountpoint: "/cg/systemd", root: "/" },
    { ...v2(), mountpoint: "/cg/unified" },
  ],
  unmounted: ["devices"],
  disabled: ["pids"],
};
const UNIFIED: Layout = {
  kind: "unified",
  hierarchies: [v2("cpu", "io", "memory", "pids")],
  unmounted: ["devices"],
  disabled: [],
};
const NONE: Layout = { kind: "none", hierarchies: [], unmounted: ["memory"], disabled: [] };
const WITH_CPUSET: Layout = { kind: "legacy", hierarchies: [v1("cpuset")], unmounted: [], disabled: [] };

interface Given {
  readonly limits?: Limits;
  readonly files?: Readonly<Record<string, string>>;
  readonly cloneInto?: boolean;
}

function plan(path: string, layout: Layout, { limits = {}, files = {}, cloneInto = true }: Given = {}): CgroupPlan {
  return planCgroup(path, limits, { layout, read: (file) => files[file], cloneInto });
}

const shells = (steps: readonly Step[]): (string | undefined)[] => steps.map(({ shell }) => shell);

describe("planCgroup()", () => {
  it("makes the group in every hierarchy, also where no controller is, and sets the limits where theirs are", () => {
    const { create, remove, directories } = plan("/wb-1", HYBRID, {
      limits: { memory: { max: 4096 }, cpu: { weight: 100 } },
    });
    expect(shells(create)).toEqual([
      "mkdir /cg/memory/wb-1",
      "mkdir /cg/cpu,cpuacct/wb-1",
      "mkdir /cg/systemd/wb-1",
      "mkdir /cg/unified/wb-1",
      "echo 4096 > /cg/memory/wb-1/memory.limit_in_bytes",
      "echo 1024 > /cg/cpu,cpuacct/wb-1/cpu.shares",
    ]);
    expect(shells(remove)).toEqual([
      "rmdir /cg/unified/wb-1",
      "rmdir /cg/systemd/wb-1",
      "rmdir /cg/cpu,cpuacct/wb-1",
      "rmdir /cg/memory/wb-1",
    ]);
    expect(directories).toEqual(["/cg/memory/wb-1", "/cg/cpu,cpuacct/wb-1", "/cg/systemd/wb-1", "/cg/unified/wb-1"]);
  });

  it("lets a process in by `tasks` on v1, and by CLONE_INTO_CGROUP on v2", () => {
    const { open, join, cells, directory } = plan("/wb-1", HYBRID).entrance;
    expect(shells(join)).toEqual([
      "echo $$ > /cg/memory/wb-1/tasks",
      "echo $$ > /cg/cpu,cpuacct/wb-1/tasks",
      "echo $$ > /cg/systemd/wb-1/tasks",
    ]);
    expect(cells).toEqual(["cgroup:memory", "cgroup:cpu,cpuacct", "cgroup:name=systemd"]);
    expect(directory).toBe("cgroup:directory");
    expect(explain(open)).toContain(
      'openat(AT_FDCWD, "/cg/unified/wb-1", O_DIRECTORY|O_CLOEXEC, 0) = cgroup:directory',
    );
    expect(explain(join)).toContain('write(cgroup:memory, "0", 1)\nclose(cgroup:memory)');
  });

  it("lets it in by `cgroup.procs` on v2 where CLONE_INTO_CGROUP is not to be used", () => {
    const { join, cells, directory } = plan("/wb-1", UNIFIED, { cloneInto: false }).entrance;
    expect(shells(join)).toEqual(["echo $$ > /cg/wb-1/cgroup.procs"]);
    expect([cells, directory]).toEqual([["cgroup:unified"], undefined]);
  });

  it("passes controllers on from the root down to the parent, and makes what is missing", () => {
    const files = {
      "/cg/cgroup.subtree_control": "cpuset memory\n",
      "/cg/a/cgroup.procs": "",
      "/cg/a/cgroup.subtree_control": "cpu io memory pids\n",
    };
    expect(shells(plan("/a/b/c", UNIFIED, { files, limits: { pids: { max: 3 } } }).create)).toEqual([
      "echo '+cpu +pids +io' > /cg/cgroup.subtree_control",
      "mkdir -p /cg/a/b",
      "echo '+memory +cpu +pids +io' > /cg/a/b/cgroup.subtree_control",
      "mkdir /cg/a/b/c",
      "echo 3 > /cg/a/b/c/pids.max",
    ]);
  });

  it("fills v1's cpusets from the level above, as far as they are empty", () => {
    const files = {
      "/cg/cpuset/cpuset.cpus": "0-3\n",
      "/cg/cpuset/cpuset.mems": "0\n",
      "/cg/cpuset/a/cgroup.procs": "",
      "/cg/cpuset/a/cpuset.cpus": "2\n",
      "/cg/cpuset/a/cpuset.mems": "\n",
    };
    expect(shells(plan("/a/b", WITH_CPUSET, { files }).create)).toEqual([
      "mkdir /cg/cpuset/a/b",
      "echo 2 > /cg/cpuset/a/b/cpuset.cpus",
      "echo 0 > /cg/cpuset/a/cpuset.mems",
      "echo 0 > /cg/cpuset/a/b/cpuset.mems",
    ]);
  });

  it("attaches a BPF program where devices have no controller, unless everything is allowed", () => {
    const devices = [{ allow: false }];
    expect(explain(plan("/x", UNIFIED, { limits: { devices } }).create)).toContain("bpf(");
    expect(explain(plan("/x", UNIFIED, { limits: { devices: [] } }).create)).not.toContain("bpf(");
  });

  it("quotes paths in the shell command", () => {
    expect(shells(plan("/it's a group", { ...UNIFIED, hierarchies: [v2()] }).create)).toEqual([
      String.raw`mkdir '/cg/it'\''s a group'`,
    ]);
  });

  it("is empty where nothing is mounted and nothing is asked for", () => {
    const { create, entrance } = plan("/x", NONE);
    expect([create, entrance.open, entrance.join]).toEqual([[], [], []]);
  });

  it.each<[Limits, Layout, string, string]>([
    [
      { pids: { max: 5 } },
      HYBRID,
      "pids.max=5 needs the controller pids, which was switched off at boot; mounted are memory (v1, /cg/memory), cpu,cpuacct (v1, /cg/cpu,cpuacct), name=systemd (v1, /cg/systemd), nothing (v2, /cg/unified)",
      "cgroup_enable=pids",
    ],
    [
      { memory: { swapMax: 0 } },
      NONE,
      "memory.swap.max=0 needs the controller memory, which is not mounted; no cgroup file system is mounted",
      "mount -t cgroup2",
    ],
    [
      { cpu: { max: { quotaUs: 5000 } } },
      WITH_CPUSET,
      'cpu.max={"quotaUs":5000} needs the controller cpu, which this kernel does not have',
      "leave the limit away",
    ],
    [
      { devices: [{ allow: false }] },
      { ...HYBRID, hierarchies: [v1("memory")] },
      "a list of 1 device rules needs the controller devices, which is not mounted",
      "mount -t cgroup -o devices",
    ],
  ])("refuses %j where its controller is missing", (limits, layout, message, hint) => {
    const planning = (): CgroupPlan => plan("/x", layout, { limits });
    expect(planning).toThrow(CgroupError);
    expect(planning).toThrow(
      expect.objectContaining({
        code: "WB_CGROUP_CONTROLLER",
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    );
  });

  it("does not miss a controller that no limit needs", () => {
    expect(plan("/x", NONE, { limits: { memory: {}, cpu: {} } }).create).toEqual([]);
  });

  it("refuses a path that leads out", () => {
    expect(() => plan("/a/../../b", UNIFIED)).toThrow(expect.objectContaining({ code: "WB_CGROUP_PATH" }));
  });
});
