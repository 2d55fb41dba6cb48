import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { requires } from "@wb/testing";
import { afterEach, expect } from "vitest";
import { createCgroup } from "../src/create.ts";
import { caught, directoryOf, expectNothingLeft, layout, openFds, somePath } from "./group.ts";

const onV2 = requires("root", "cgroup2_tree");
const USER = { uid: 54_321, gid: 54_322 };

afterEach(expectNothingLeft);

onV2("delegate() lets a user make groups below, and leaves limits and other hierarchies the caller's", async () => {
  await using group = createCgroup(somePath());
  group.delegate(USER.uid, USER.gid);
  const directory = directoryOf(group, "v2");
  execFileSync("mkdir", [join(directory, "below")], USER);
  expect(statSync(join(directory, "below"))).toMatchObject(USER);
  for (const name of ["cgroup.procs", "cgroup.subtree_control", "cgroup.threads"]) {
    expect(statSync(join(directory, name))).toMatchObject(USER);
  }
  expect(statSync(join(directory, "cgroup.max.depth")).uid).toBe(0);
  expect(() => execFileSync("mkdir", [join(directory, "../aside")], { ...USER, stdio: "pipe" })).toThrow(
    "Permission denied",
  );
  for (const { version, mountpoint } of layout.hierarchies) {
    if (version === 1) expect(statSync(mountpoint + group.path).uid).toBe(0);
  }
});

onV2("delegate() refuses what is no user, and a machine without v2", async () => {
  const v1 = { ...layout, kind: "legacy", hierarchies: layout.hierarchies.filter((one) => one.version === 1) } as const;
  await using group = createCgroup(somePath());
  expect(caught(() => group.delegate(-1, 0)).message).toContain("the uid is -1");
  expect(caught(() => group.delegate(0, 2 ** 32 - 1)).message).toContain("the gid is 4294967295");
  await using onV1 = createCgroup(somePath(), {}, { layout: v1 });
  const problem = v1.hierarchies.length === 0 ? "WB_CGROUP_GONE" : "WB_CGROUP_CONTROLLER";
  expect(caught(() => onV1.delegate(0, 0)).code).toBe(problem);
});

onV2("fd is the v2 group's directory, until close()", async () => {
  const fds = openFds();
  await using group = createCgroup(somePath());
  expect(statSync(`/proc/self/fd/${group.fd}`).ino).toBe(statSync(directoryOf(group, "v2")).ino);
  group.close();
  expect(openFds()).toBe(fds);
});
