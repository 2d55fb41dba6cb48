import { expect, test } from "vitest";
import * as rootfs from "../src/index.ts";

test("the package exports these names", () => {
  expect(Object.keys(rootfs).toSorted()).toMatchInlineSnapshot(`
    [
      "DEFAULT_DEVICES",
      "ROOT",
      "SysctlError",
      "attachMount",
      "bind",
      "boundDevice",
      "cgroupfs",
      "chroot",
      "closeTarget",
      "defaultDev",
      "detachedDev",
      "detachedMount",
      "deviceLinks",
      "deviceNode",
      "devpts",
      "domainname",
      "hostname",
      "idmap",
      "maskedPath",
      "maskedPaths",
      "mount",
      "mqueue",
      "openExisting",
      "openRoot",
      "openTarget",
      "ownNamespaces",
      "parseMountOptions",
      "parseMountinfo",
      "pivotRoot",
      "privatePropagation",
      "proc",
      "readMountinfo",
      "readonlyMount",
      "readonlyPath",
      "readonlyRoot",
      "switchRoot",
      "sysctlSteps",
      "sysfs",
      "tmpfs",
    ]
  `);
});
