import { closeSync, lstatSync, mkdirSync, openSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import { boundDevice, deviceLinks, deviceNode, type DeviceNode, proc, readonlyMount, tmpfs } from "../src/index.ts";
import { mountsAround, outputInContainer } from "./support/container.ts";
import { outside } from "./support/outside.ts";

leavesHostUnchanged();

const needs = requires("root", "command:busybox", "mount_setattr");

const ZERO: DeviceNode = { path: "/some/where/zero", type: "c", major: 1, minor: 5 };

needs("deviceNode() makes nodes of all types anywhere, with mode and owner, whatever the umask", async () => {
  using root = busyboxRoot();
  const devices: DeviceNode[] = [
    { ...ZERO, mode: 0o20_640, uid: 3, gid: 4 },
    { ...ZERO, path: "/tmp/u", type: "u", mode: 0o622 },
    { path: "/tmp/block", type: "b", major: 7, minor: 300 },
    { path: "/tmp/fifo", type: "p", uid: 5 },
  ];
  const script =
    "stat -c '%n %F %t:%T %a %u:%g' /some/where/zero /tmp/u /tmp/block /tmp/fifo; head -c 2 /tmp/u | od -An -tx1 | xargs echo";
  expect(
    await outputInContainer(root.path, script, {
      mounts: [proc(), tmpfs("/tmp", { options: [] }), ...devices.map(deviceNode)],
    }),
  ).toBe(
    [
      "/some/where/zero character special file 1:5 640 3:4",
      "/tmp/u character special file 1:5 622 0:0",
      "/tmp/block block special file 7:12c 666 0:0",
      "/tmp/fifo fifo 0:0 666 5:0",
      "00 00",
    ].join("\n"),
  );
});

needs("deviceNode() leaves a name that is taken as it is, a symbolic link to the host's files, too", async () => {
  using root = busyboxRoot();
  using host = outside();
  mkdirSync(join(root.path, "some/where"), { recursive: true });
  symlinkSync(join(host.path, "file"), join(root.path, "some/where/zero"));
  const before = host.listing();
  await mountsAround(root.path, [deviceNode({ ...ZERO, uid: 3, gid: 4, mode: 0o777 })]);
  expect(host.listing()).toEqual(before);
  expect(lstatSync(join(root.path, "some/where/zero")).isSymbolicLink()).toBe(true);
});

needs(
  "deviceNode() and deviceLinks() make nothing outside where /dev is a symbolic link (CVE-2026-41579)",
  async () => {
    using root = busyboxRoot();
    using host = outside();
    symlinkSync(join(host.path, "dir"), join(root.path, "devices"));
    const before = host.listing();
    await mountsAround(root.path, [deviceNode({ ...ZERO, path: "/devices/zero" })]).catch(() => undefined);
    expect(host.listing()).toEqual(before);
  },
);

needs("boundDevice() shows the host's node, once it is that device", async () => {
  using root = busyboxRoot();
  const device: DeviceNode = { path: "/dev/zero", type: "c", major: 1, minor: 5 };
  expect(
    await outputInContainer(root.path, "head -c 2 /dev/zero | od -An -tx1", { mounts: [proc(), boundDevice(device)] }),
  ).toBe("00 00");
  for (const [wrong, said] of [
    [{ ...device, minor: 3 }, "/dev/zero is not the device c 1:3 here"],
    [{ ...device, type: "b" }, "/dev/zero is not the device b 1:5 here"],
  ] as const)
    await expect(mountsAround(root.path, [boundDevice(wrong)])).rejects.toMatchObject({
      message: expect.stringContaining(said),
    });
});

needs("deviceLinks() makes the links in the image's own /dev, and its ptmx anew", async () => {
  using root = busyboxRoot();
  writeFileSync(join(root.path, "dev/ptmx"), "");
  closeSync(openSync(join(root.path, "dev/fd"), "w"));
  const script = "cd /dev; for name in fd stdin stdout stderr core ptmx; do readlink $name || echo taken; done";
  expect(await outputInContainer(root.path, script, { mounts: [proc(), deviceLinks()] })).toBe(
    "taken\n/proc/self/fd/0\n/proc/self/fd/1\n/proc/self/fd/2\n/proc/kcore\npts/ptmx",
  );
  expect(statSync(join(root.path, "dev/fd")).isFile()).toBe(true);
});

needs("readonlyMount() makes a mount read-only after places were made in it", async () => {
  using root = busyboxRoot();
  const mounts = [proc(), tmpfs("/run"), tmpfs("/run/lock"), readonlyMount("/run")];
  const script = "touch /run/x 2>/dev/null || echo refused; touch /run/lock/x && echo made";
  expect(await outputInContainer(root.path, script, { mounts })).toBe("refused\nmade");
});
