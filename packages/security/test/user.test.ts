import { explain } from "@wb/syscall";
import { describe, expect, test } from "vitest";
import { userSteps } from "../src/index.ts";

describe("userSteps()", () => {
  test("drops all groups and refuses to go on with one", () => {
    expect(explain(userSteps({ uid: 1000, gid: 100 }))).toMatchInlineSnapshot(`
      "# drop the supplementary groups
      setgroups(0, NULL)  # or EPERM

      # refuse to go on with supplementary groups that could not be dropped
      getgroups(1, NULL)

      # become user 1000, group 100
      # $ setpriv --reuid 1000 --regid 100 --clear-groups
      setresgid(100, 100, 100)
      setresuid(1000, 1000, 1000)
      "
    `);
  });

  test("has no tolerance for groups that it cannot give", () => {
    expect(explain(userSteps({ uid: 0, gid: 0, groups: [10, 20] }))).toMatchInlineSnapshot(`
      "# take the supplementary groups 10, 20 and no others
      setgroups(2, "\\x0a\\x00\\x00\\x00\\x14\\x00\\x00\\x00")

      # become user 0, group 0
      # $ setpriv --reuid 0 --regid 0 --groups 10,20
      setresgid(0, 0, 0)
      setresuid(0, 0, 0)
      "
    `);
  });

  test("leaves the groups alone when told to", () => {
    expect(explain(userSteps({ uid: 0, gid: 0, groups: "keep" }))).not.toContain("groups(");
  });

  test.each([
    { uid: -1, gid: 0 },
    { uid: 0xffff_ffff, gid: 0 }, // (uid_t) -1: setresuid(2) would change nothing
    { uid: 2 ** 32, gid: 0 },
    { uid: 0, gid: 0xffff_ffff },
    { uid: 1.5, gid: 0 },
    { uid: Number.NaN, gid: 0 },
    { uid: 0, gid: 0, groups: [1, -1] },
  ])("refuses ids that are none: $uid, $gid, $groups", (user) => {
    expect(() => userSteps(user)).toThrow(/^(-1|1\.5|NaN|429496729[56]) is no user or group id: 0 to 4294967294$/u);
  });
});
