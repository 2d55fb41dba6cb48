import { busyboxRoot, leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import { cgroupfs, type CgroupMount, parseMountinfo, proc, switchRoot } from "../src/index.ts";
import { outputOfShell } from "./support/container.ts";

leavesHostUnchanged();

const hierarchies: readonly CgroupMount[] = [
  { name: "memory", type: "cgroup", options: ["memory"] },
  { name: "systemd", type: "cgroup", options: ["none", "name=systemd"] },
  { name: "unified", type: "cgroup2", options: [] },
];

function inContainer(root: string, script: string, options?: Parameters<typeof cgroupfs>[2]): Promise<string> {
  const mounts = [proc(), cgroupfs("/sys/fs/cgroup", hierarchies, options)];
  return outputOfShell(script, { namespaces: ["mount", "pid", "cgroup"], setup: switchRoot(root, { mounts }) });
}

const needs = requires("root", "command:busybox", "mount_setattr", "cgroup_hybrid", "cgroup_controller:memory");

needs("cgroupfs() shows the container its own groups as the root of each hierarchy, read-only", async () => {
  using root = busyboxRoot();
  const seen = parseMountinfo(await inContainer(root.path, "cat /proc/self/mountinfo")).slice(2);
  expect(seen.map(({ mountPoint, type, root: top, options }) => [mountPoint, type, top, options[0]])).toEqual([
    ["/sys/fs/cgroup", "tmpfs", "/", "ro"],
    ["/sys/fs/cgroup/memory", "cgroup", "/", "ro"],
    ["/sys/fs/cgroup/systemd", "cgroup", "/", "ro"],
    ["/sys/fs/cgroup/unified", "cgroup2", "/", "ro"],
  ]);
  const script =
    "cd /sys/fs/cgroup; for name in new memory/new unified/new; do mkdir $name 2>/dev/null || echo refused; done; cat memory/cgroup.procs";
  expect(await inContainer(root.path, script)).toMatch(/^refused\nrefused\nrefused\n[\d\n]*$/u);
});

needs("cgroupfs() leaves the hierarchies writable when it is asked to", async () => {
  using root = busyboxRoot();
  const script = "cd /sys/fs/cgroup; mkdir unified/wb-test-inside && rmdir unified/wb-test-inside && mkdir new && ls";
  expect(await inContainer(root.path, script, { readonly: false })).toBe("memory\nnew\nsystemd\nunified");
});
