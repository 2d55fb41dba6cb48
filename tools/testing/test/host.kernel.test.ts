import { spawnSync } from "node:child_process";
import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { cgroupMounts } from "../src/cgroup-mounts.ts";
import { asNobody, busyboxRoot, hostState, requires } from "../src/index.ts";

requires("root")("asNobody() runs a command as uid 65534 without capabilities", () => {
  const { stdout, status } = asNobody(["sh", "-c", "id -u; id -G; grep CapBnd /proc/self/status; exit 3"]);
  expect([stdout, status]).toEqual(["65534\n65534\nCapBnd:\t0000000000000000\n", 3]);
});

requires("root", "command:busybox")("busyboxRoot() makes a root that chroot can enter, also as another user", () => {
  using root = busyboxRoot();
  const { stdout } = spawnSync("chroot", ["--userspec=65534:65534", root.path, "/bin/sh", "-c", "id -un; ls /"], {
    encoding: "utf8",
  });
  expect(stdout.split("\n")).toEqual(["nobody", "bin", "dev", "etc", "proc", "root", "sys", "tmp", "var", ""]);
});

requires("root", "cgroup_v1")("hostState() sees a cgroup left behind", () => {
  const before = hostState();
  const path = join(cgroupMounts().find(({ controllers }) => controllers.includes("pids"))?.path ?? "", "wb-test");
  mkdirSync(path);
  const during = hostState();
  rmdirSync(path);
  expect(during.cgroups).toEqual([...before.cgroups, path].toSorted());
  expect(hostState().cgroups).toEqual(before.cgroups);
});
