/** What cannot be done is refused with the value, its file and what there is, and nothing of it is done: on every layout. */
import { mkdirSync, rmdirSync } from "node:fs";
import { requires } from "@wb/testing";
import { afterEach, describe, expect } from "vitest";
import { createCgroup } from "../src/create.ts";
import type { CgroupErrorCode } from "../src/error.ts";
import type { Limits } from "../src/limits.ts";
import { openCgroup } from "../src/open.ts";
import { caught, expectNothingLeft, layout, leftovers, openFds, somePath, versionOf } from "./group.ts";

const MB = 1024 ** 2;
const everywhere = requires("root", "cgroup_controller:memory", "cgroup_controller:cpu", "cgroup_controller:pids");

afterEach(expectNothingLeft);

/** Can be set: so that something would be done by halves. */
const good: Limits = { memory: { max: 32 * MB } };

const BAD: [title: string, limits: Limits, code: CgroupErrorCode, message: RegExp][] = [
  [
    "an unknown controller",
    { unified: { "gpu.max": "1" } },
    "WB_CGROUP_CONTROLLER",
    /^gpu\.max=1 needs the controller gpu, which this kernel does not have; mounted are .*memory/,
  ],
  [
    "a file that is none",
    { unified: { "../memory.max": "1" } },
    "WB_CGROUP_LIMIT",
    /"\.\.\/memory\.max" is no name of a file/,
  ],
  [
    "a controller that no limit is for",
    { memroy: {} } as Limits,
    "WB_CGROUP_LIMIT",
    /^there is no field "memroy" of limits; there are memory, cpu, /,
  ],
  [
    "a field that there is not",
    { memory: { limit: "1m" } } as Limits,
    "WB_CGROUP_LIMIT",
    /^there is no field "limit" of memory; there are max, high/,
  ],
  [
    "what is no object",
    { cpu: { max: "50%" } } as unknown as Limits,
    "WB_CGROUP_LIMIT",
    /^cpu\.max is "50%"; an object is meant$/,
  ],
  [
    "what is no list",
    { io: { devices: {} } } as unknown as Limits,
    "WB_CGROUP_LIMIT",
    /^io\.devices is \{\}; a list is meant$/,
  ],
  [
    "a value below its range",
    { pids: { max: -1 } },
    "WB_CGROUP_LIMIT",
    /^pids\.max is -1; it must be a whole number from 0 to 4194304$/,
  ],
  [
    "a value above its range",
    { cpu: { weight: 10_001 } },
    "WB_CGROUP_LIMIT",
    /^cpu\.weight is 10001; .* from 1 to 10000$/,
  ],
  ["what is no number", { cpu: { weight: Number.NaN } }, "WB_CGROUP_LIMIT", /^cpu\.weight is NaN/],
  ["what is no size", { memory: { low: "1x" as "1m" } }, "WB_CGROUP_LIMIT", /1x/],
  ["a list of CPUs that is none", { cpuset: { cpus: "0-" } }, "WB_CGROUP_LIMIT", /0-/],
  [
    "a value that the kernel refuses",
    { cpu: { max: { quotaUs: Number.MAX_SAFE_INTEGER } } },
    "WB_CGROUP_WRITE",
    /^cannot write "9007199254740991( 100000)?" to \/.*\/cpu\.(cfs_quota_us|max): E[A-Z]+, /,
  ],
];

describe.each(BAD)("%s is refused", (_, limits, code, message) => {
  everywhere("by createCgroup(), which leaves nothing", () => {
    const fds = openFds();
    const error = caught(() => createCgroup(somePath(), { ...good, ...limits }));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(leftovers()).toEqual([]);
    expect(openFds()).toBe(fds);
  });

  everywhere("by apply(), which leaves what was", async () => {
    await using group = createCgroup(somePath(), { memory: { max: 64 * MB } });
    expect(caught(() => group.apply({ ...good, ...limits }))).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(group.stats().memory?.max).toBe(64 * MB);
  });
});

everywhere.each(["../up", "/a/../../b", "..", "/", "", ".", "/a/cgroup.procs", "/a\nb", `/${"a".repeat(256)}`])(
  "the path %j is refused",
  (path) => {
    for (const attempt of [() => createCgroup(path), () => openCgroup(path)]) {
      const error = caught(attempt);
      expect(error).toMatchObject({ code: "WB_CGROUP_PATH", path });
      expect(error.message).toContain(JSON.stringify(path));
      expect(error.hint).toContain("/my-group");
    }
  },
);

everywhere("a group that vanished is named, with the limit that needed it", async () => {
  await using group = createCgroup(somePath());
  group.close();
  const place = layout.hierarchies.find(({ controllers }) => controllers.includes("pids"));
  rmdirSync(place?.mountpoint + group.path);
  const error = caught(() => group.apply({ memory: { max: 32 * MB }, pids: { max: 5 } }));
  expect(error.code).toBe("WB_CGROUP_GONE");
  expect(error.message).toContain(group.path);
  if (versionOf("pids") === 1) {
    expect(error.message).toContain("pids.max=5");
    expect(group.stats().memory?.max).toBe("max");
  }
  await group.remove();
  expect(caught(() => group.add(process.pid)).code).toBe("WB_CGROUP_GONE");
  expect(caught(() => group.freezeSync()).code).toBe("WB_CGROUP_GONE");
});

requires("root", "cgroup_v2")(
  "a controller that the group above does not pass on is named, with those that it does",
  async () => {
    await using parent = createCgroup(somePath());
    await using group = createCgroup(`${parent.path}/child`, { pids: { max: 5 } });
    const mine = openCgroup(`${group.path}/below`);
    const tree = layout.hierarchies.find(({ version }) => version === 2);
    const made = `${tree?.mountpoint}${mine.path}`;
    mkdirSync(made);
    const error = caught(() => mine.apply({ pids: { max: 3 } }));
    expect(error).toMatchObject({ code: "WB_CGROUP_CONTROLLER", path: made });
    expect(error.message).toMatch(
      /^pids\.max=3 needs the controller pids, which .* does not have; enabled there: none$/,
    );
    expect(error.hint).toContain("cgroup.subtree_control");
  },
);
