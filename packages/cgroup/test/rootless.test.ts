import { expect, test } from "vitest";
import { parseLayout, type Layout } from "../src/layout.ts";
import { ownGroup } from "../src/rootless/delegated-layout.ts";

const layoutWith = (root: string): Layout =>
  parseLayout({ mountinfo: `30 1 0:26 ${root} /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n`, cgroups: "", read: () => "" });

test.each([
  ["/", "0::/user.slice/a.scope\n", "/user.slice/a.scope"],
  ["/", "4:memory:/m\n0::/\n", "/"],
  ["/docker/1", "0::/docker/1/a\n", "/a"],
  ["/docker/1", "0::/docker/1\n", "/"],
  ["/docker/1", "0::/docker/12\n", undefined],
  ["/", "0::/../a\n", undefined],
  ["/", "0::/a (deleted)\n", undefined],
  ["/", "4:memory:/m\n", undefined],
])("ownGroup() with %s at the mount point reads %j as %s", (root, text, path) => {
  const [hierarchy] = layoutWith(root).hierarchies;
  expect(ownGroup(hierarchy!, () => text)).toBe(path);
});
