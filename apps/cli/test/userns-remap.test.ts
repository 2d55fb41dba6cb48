import { describe, expect, test } from "vitest";
import { refuseOldKernel, refuseUnmapped, refuseWithRemap, usernsRemap } from "../src/engine/userns-remap.ts";

describe("usernsRemap()", () => {
  test("reads ranges as user_namespaces(7) has them", () => {
    expect(usernsRemap([])).toEqual([]);
    expect(usernsRemap(["0:100000:65536"])).toEqual([{ inside: 0, outside: 100_000, count: 65_536 }]);
    expect(usernsRemap(["1:200000:10", "0:1000:1"])).toHaveLength(2);
  });

  test.for<[string[], RegExp]>([
    [["0:100000"], /ID:HOST:COUNT, three numbers/u],
    [[""], /ID:HOST:COUNT/u],
    [["dockremap"], /ID:HOST:COUNT/u],
    [["0:-1:5"], /ID:HOST:COUNT/u],
    [["0:1:0"], /does not fit into/u],
    [["0:100000:4294967295"], /does not fit into/u],
    [["0:99999999999:1"], /ID:HOST:COUNT/u],
    [["0:1000:10", "5:2000:10"], /overlap inside at 5/u],
    [["0:1000:10", "10:1005:10"], /overlap outside at 1005/u],
    [["0:0:65536"], /0 on the host is its root/u],
    [["1:100000:65535"], /the container's root, 0, is in no range/u],
  ])("refuses %j", ([texts, message]) => {
    expect(() => usernsRemap(texts)).toThrow(message);
    expect(() => usernsRemap(texts)).toThrow(/^invalid argument ".*" for --userns-remap: /u);
  });
});

test("refuseOldKernel() asks for Linux 5.19", () => {
  for (const version of ["5.19.0", "6.1.0-13-amd64", "10.0"]) expect(() => refuseOldKernel(version)).not.toThrow();
  for (const version of ["5.18.19-generic", "4.19.0"])
    expect(() => refuseOldKernel(version)).toThrow(`--userns-remap needs Linux 5.19, and this is ${version}`);
});

test("refuseWithRemap() excludes what docker excludes", () => {
  expect(() => refuseWithRemap({ privileged: true })).toThrow(/privileged mode is incompatible/u);
  expect(() => refuseWithRemap({ net: ["host"] })).toThrow(/cannot share the host's network namespace/u);
  expect(() => refuseWithRemap({ net: ["none"], privileged: false })).not.toThrow();
});

test("refuseUnmapped() names the user or the group that is in no range", () => {
  const maps = usernsRemap(["0:100000:1000"]);
  const account = { uid: 999, gid: 0, groups: [5], home: "/" };
  expect(() => refuseUnmapped(maps, account)).not.toThrow();
  expect(() => refuseUnmapped(maps, { ...account, uid: 1000 })).toThrow("the user 1000 is in no range");
  expect(() => refuseUnmapped(maps, { ...account, groups: [5, 1001] })).toThrow("the group 1001 is in no range");
  expect(() => refuseUnmapped([], { ...account, uid: 70_000 })).not.toThrow();
});
