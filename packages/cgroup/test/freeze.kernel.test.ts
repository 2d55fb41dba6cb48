import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { afterEach, describe, expect } from "vitest";
import { createCgroup } from "../src/create.ts";
import type { Layout } from "../src/layout.ts";
import { caught, expectNothingLeft, layout, openFds, somePath, startIn, startSleep, until, without } from "./group.ts";

const onV1 = requires("root", "cgroup_v1", "cgroup_controller:freezer");
const onV2 = requires("root", "cgroup2_tree", "kernel>=5.2");

afterEach(expectNothingLeft);

describe.each<[string, ReturnType<typeof requires>, Layout]>([
  ["by v1's freezer", onV1, layout],
  ["by cgroup.freeze of the v2 tree", onV2, without("freezer")],
])("freeze() %s", (_, onMachine, using_) => {
  onMachine("stops a counter, and thaw() lets it go on", async () => {
    using directory = temporaryDirectory();
    const output = join(directory.path, "count");
    await using group = createCgroup(somePath(), {}, { layout: using_ });
    startIn(group, "i=0; while :; do i=$((i + 1)); echo $i; done", output);
    const size = (): number => statSync(output, { throwIfNoEntry: false })?.size ?? 0;
    await until(() => size() > 100, "it counts");
    const fds = openFds();
    for (const sync of [false, true]) {
      await (sync ? group.freezeSync() : group.freeze());
      const frozen = size();
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
      expect(size()).toBe(frozen);
      await (sync ? group.thawSync() : group.thaw());
      await until(() => size() > frozen, "it counts again");
    }
    expect(openFds()).toBe(fds);
  });

  onMachine("stops a tree that forks as fast as it can, twice over", async () => {
    await using group = createCgroup(somePath(), { pids: { max: 500 } }, { layout: using_ });
    startIn(group, "for i in 1 2 3 4 5 6 7 8; do (while :; do (:); done) & done; wait");
    await until(() => group.pids().length > 8, "eight fork");
    await group.freeze();
    await group.freeze();
    const pids = group.pids({ recursive: true });
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    expect(group.pids({ recursive: true })).toEqual(pids);
    await group.kill();
  });

  onMachine("is refused where this process is in the group, and for a group that is gone", async () => {
    const freezer = using_.hierarchies.find(({ version, controllers }) =>
      using_ === layout ? controllers.includes("freezer") : version === 2,
    );
    const alone: Layout = { ...using_, hierarchies: freezer === undefined ? [] : [freezer] };
    const group = createCgroup(somePath(), {}, { layout: alone });
    group.add(process.pid);
    try {
      expect(caught(() => group.freezeSync())).toMatchObject({ code: "WB_CGROUP_BUSY" });
    } finally {
      writeFileSync(join(freezer?.mountpoint ?? "", "cgroup.procs"), String(process.pid));
    }
    await group[Symbol.asyncDispose]();
    expect(caught(() => group.freezeSync()).code).toBe("WB_CGROUP_GONE");
    expect(caught(() => group.thawSync()).code).toBe("WB_CGROUP_GONE");
  });

  onMachine("thaw() leaves what is frozen from above, and says so", async () => {
    await using parent = createCgroup(somePath(), {}, { layout: using_ });
    await using group = createCgroup(`${parent.path}/child`, {}, { layout: using_ });
    await startSleep(group, 60);
    await parent.freeze();
    await expect(group.thaw({ timeout: 50 })).rejects.toThrow("is frozen by a group above it");
    await parent.thaw();
    await group.thaw();
  });
});

onV1("freeze() says what is missing where nothing can freeze", async () => {
  await using group = createCgroup(somePath(), {}, { layout: without("freezer", "v2") });
  expect(caught(() => group.freezeSync())).toMatchObject({
    code: "WB_CGROUP_CONTROLLER",
    message: expect.stringContaining("freezing needs the controller freezer"),
  });
});
