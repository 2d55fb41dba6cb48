import { describe, expect, test } from "vitest";
import { explain, userSteps } from "../src/index.ts";

describe("userSteps()", () => {
  test("takes groups before ids, since it may not change them afterwards", () => {
    expect(explain(userSteps({ uid: 1000, gid: 100, groups: [4, 27] }))).toMatchInlineSnapshot(`
      "# take the supplementary groups 4, 27 and no others
      setgroups(2, "\\x04\\x00\\x00\\x00\\x1b\\x00\\x00\\x00")

      # become user 1000, group 100
      # $ setpriv --reuid 1000 --regid 100 --groups 4,27
      setresgid(100, 100, 100)
      setresuid(1000, 1000, 1000)
      "
    `);
  });

  test("drops all groups where none are named, and keeps them when asked to", () => {
    expect(explain(userSteps({ uid: 1, gid: 2 }))).toMatchInlineSnapshot(`
      "# drop the supplementary groups
      setgroups(0, NULL)  # or EPERM

      # refuse to go on with supplementary groups that could not be dropped
      getgroups(1, NULL)

      # become user 1, group 2
      # $ setpriv --reuid 1 --regid 2 --clear-groups
      setresgid(2, 2, 2)
      setresuid(1, 1, 1)
      "
    `);
    expect(explain(userSteps({ uid: 1, gid: 2, groups: "keep" }))).not.toContain("setgroups(");
  });

  test.each([-1, 0xffff_ffff, 1.5, Number.NaN])("refuses %s, which is no id or means none", (id) => {
    expect(() => userSteps({ uid: id, gid: 0 })).toThrow(RangeError);
    expect(() => userSteps({ uid: 0, gid: id })).toThrow(RangeError);
    expect(() => userSteps({ uid: 0, gid: 0, groups: [1, id] })).toThrow(RangeError);
  });
});
