import { expect, test } from "vitest";
import { cgroupTrees } from "../cgroup-trees.ts";
import { machineScript } from "../machine-script.ts";

const HYBRID = `30 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
31 30 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
32 30 0:30 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,release_agent=/lib/agent,name=systemd
33 30 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate
34 30 0:29 /below /mnt rw - cgroup cgroup rw,cpu,cpuacct
`;
const UNIFIED = "33 24 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n";

test("cgroupTrees() has each hierarchy once, with what mounts it again", () => {
  expect(cgroupTrees(HYBRID)).toEqual([
    { path: "/sys/fs/cgroup/cpu,cpuacct", type: "cgroup", options: "cpu,cpuacct" },
    { path: "/sys/fs/cgroup/systemd", type: "cgroup", options: "none,name=systemd" },
    { path: "/sys/fs/cgroup/unified", type: "cgroup2", options: "" },
  ]);
});

test("machineScript() mounts the v1 hierarchies and the v2 tree on a tmpfs", () => {
  const script = machineScript(cgroupTrees(HYBRID));
  expect(script).toContain("mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup\n");
  expect(script).toContain("mount -t cgroup -o cpu,cpuacct cgroup /sys/fs/cgroup/cpu,cpuacct\n");
  expect(script).toContain("ln -s /sys/fs/cgroup/cpu,cpuacct /sys/fs/cgroup/cpuacct\n");
  expect(script).toContain("mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified\n");
  expect(script).not.toContain("subtree_control");
});

test("machineScript() hands on the controllers of a v2 machine", () => {
  const script = machineScript(cgroupTrees(UNIFIED));
  expect(script).toContain("mount -t cgroup2 cgroup2 /sys/fs/cgroup\n");
  expect(script).toContain("/sys/fs/cgroup/cgroup.subtree_control");
});
