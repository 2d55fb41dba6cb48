import { expect, test } from "vitest";
import { groupOf } from "../src/add.ts";
import type { Hierarchy } from "../src/layout.ts";

const TEXT = "4:name=systemd:/s\n3:cpuacct,cpu:/a/b\n2:pids:/x (deleted)\n1:memory:/../up\n0::/c:d\n";

const hierarchy = (controllers: string[], root = "/"): Hierarchy => ({
  version: 1,
  controllers,
  mountpoint: "/m",
  root,
});

test.for<[string, Hierarchy, string | undefined]>([
  ["v1, in another order", hierarchy(["cpu", "cpuacct"]), "/m/a/b"],
  ["v1, named", { ...hierarchy([]), name: "systemd" }, "/m/s"],
  ["v2", { ...hierarchy(["io"]), version: 2 }, "/m/c:d"],
  ["below the root that is mounted", hierarchy(["cpu", "cpuacct"], "/a"), "/m/b"],
  ["the root that is mounted", hierarchy(["cpu", "cpuacct"], "/a/b"), "/m"],
  ["beside the root that is mounted", hierarchy(["cpu", "cpuacct"], "/a/bc"), undefined],
  ["one that was removed", hierarchy(["pids"]), undefined],
  ["outside of the cgroup namespace", hierarchy(["memory"]), undefined],
  ["no such hierarchy", hierarchy(["rdma"]), undefined],
])("groupOf() %s", ([, one, directory]) => {
  expect(groupOf({ hierarchy: one }, TEXT)).toBe(directory);
});
