import { expect, test } from "vitest";
import * as rootfs from "../src/index.ts";

test("the package exports these names", () => {
  expect(Object.keys(rootfs).toSorted()).toMatchInlineSnapshot(`
    [
      "DEFAULT_DEVICES",
      "ROOT",
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
      "finalPropagation",
      "hostname",
      "idmap",
      "maskedPath",
      "maskedPaths",
      "mount",
      "moveRoot",
      "mqueue",
      "openExisting",
      "openRoot",
      "openTarget",
      "parseMountOptions",
      "parseMountinfo",
      "pivotRoot",
      "privatePropagation",
      "proc",
      "readMountinfo",
      "readonlyMount",
      "readonlyPath",
      "readonlyRoot",
      "startPropagation",
      "switchRoot",
      "symbolicLink",
      "sysfs",
      "tmpfs",
    ]
  `);
});
