import { requires } from "@wb/testing";
import { describe, expect } from "vitest";
import { CLONE, call, spawn, step, userSteps } from "../src/index.ts";
import { capture, exit, finish } from "./support/children.ts";

const show = ["/bin/sh", "-c", "id -u; id -g; id -G; grep -E '^(Uid|Cap(Prm|Eff))' /proc/self/status"];

/** A Step that gives the process supplementary groups. */
function haveGroups(...groups: readonly number[]): ReturnType<typeof step> {
  return step("have groups", [call("setgroups", groups.length, new Uint8Array(Uint32Array.from(groups).buffer))]);
}

describe("userSteps()", () => {
  requires("root")("becomes a user with the groups that are named, and without capabilities", async () => {
    const { stdout } = await capture(
      [haveGroups(10, 20), ...userSteps({ uid: 1234, gid: 1235, groups: [5, 6] })],
      show,
    );
    expect(stdout.split("\n")).toEqual([
      "1234",
      "1235",
      "1235 5 6",
      "Uid:\t1234\t1234\t1234\t1234",
      "CapPrm:\t0000000000000000",
      "CapEff:\t0000000000000000",
      "",
    ]);
  });

  requires("root")("leaves none of the caller's groups", async () => {
    const { stdout } = await capture(
      [haveGroups(10, 20), ...userSteps({ uid: 1234, gid: 1235 })],
      ["/bin/sh", "-c", "id -G"],
    );
    expect(stdout).toBe("1235\n");
  });

  requires("root").for([
    [[10], "EFAULT"],
    [[10, 20], "EINVAL"],
  ] as const)("fails where groups %s cannot be dropped", async ([groups, code]) => {
    // setgroups(2) is refused in a user namespace that has no map of groups.
    const setup = [haveGroups(...groups), step("namespace", [call("unshare", CLONE.NEWUSER)])];
    await expect(finish(spawn([...setup, ...userSteps({ uid: 0, gid: 0 }), exit(0)]))).rejects.toMatchObject({
      code,
      step: "refuse to go on with supplementary groups that could not be dropped",
    });
  });

  requires("root")("goes on where setgroups is refused and there are none", async () => {
    const setup = [haveGroups(), step("namespace", [call("unshare", CLONE.NEWUSER)])];
    const [drop, check] = userSteps({ uid: 0, gid: 0 });
    expect((await finish(spawn([...setup, drop!, check!, exit(0)]))).status.code).toBe(0);
  });
});
