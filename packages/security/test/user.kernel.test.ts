import { call, capUserData, capUserHeader, LINUX_CAPABILITY_VERSION_3, pointer, type Program, step } from "@wb/syscall";
import { requires } from "@wb/testing";
import { describe, expect } from "vitest";
import { userSteps } from "../src/index.ts";
import { outputOf } from "./command.ts";

const GROUPS = ["grep", "Groups", "/proc/self/status"] as const;

/** Groups, and no capability to change them: setgroups(2) is refused, as in a user namespace where it is denied. */
function withoutSetgroups(groups: readonly number[]): Program {
  return [
    step("have groups that cannot be changed", [
      call("setgroups", groups.length, groups.length === 0 ? null : new Uint8Array(Uint32Array.from(groups).buffer)),
      call("capset", pointer(capUserHeader, { version: LINUX_CAPABILITY_VERSION_3 }), pointer(capUserData, {})),
    ]),
  ];
}

describe("userSteps()", () => {
  requires("root").for([
    { groups: [], text: "" },
    { groups: [27], text: "27" },
    { groups: [100, 27, 4_294_967_294], text: "27 100 4294967294" },
  ])("gives the groups $groups and no others", async ({ groups, text }) => {
    const before = step("have other groups", [call("setgroups", 2, new Uint8Array(Uint32Array.of(5, 6).buffer))]);
    const line = await outputOf([...GROUPS], [before, ...userSteps({ uid: 1000, gid: 1000, groups })]);
    expect(
      line
        .trim()
        .split(/[\t ]+/u)
        .slice(1)
        .join(" "),
    ).toBe(text);
  });

  requires("root").for([
    { groups: [5], code: "EFAULT" },
    { groups: [5, 6], code: "EINVAL" },
  ])("refuses to go on when the groups $groups survive", async ({ groups, code }) => {
    await expect(
      outputOf([...GROUPS], [...withoutSetgroups(groups), ...userSteps({ uid: 0, gid: 0 })]),
    ).rejects.toMatchObject({
      code,
      syscall: "getgroups",
      step: "refuse to go on with supplementary groups that could not be dropped",
    });
  });

  requires("root")("accepts that setgroups(2) is refused when there are no groups", async () => {
    expect(await outputOf([...GROUPS], [...withoutSetgroups([]), ...userSteps({ uid: 0, gid: 0 })])).toMatch(
      /^Groups:\s*$/u,
    );
  });

  requires("root")("refuses to go on when groups cannot be given", async () => {
    await expect(
      outputOf([...GROUPS], [...withoutSetgroups([]), ...userSteps({ uid: 0, gid: 0, groups: [5] })]),
    ).rejects.toMatchObject({
      code: "EPERM",
      syscall: "setgroups",
    });
  });

  requires("root")("keeps the groups when told to", async () => {
    const kept = await outputOf(
      [...GROUPS],
      [...withoutSetgroups([5, 6]), ...userSteps({ uid: 0, gid: 0, groups: "keep" })],
    );
    expect(kept).toMatch(/^Groups:\s*5 6\s*$/u);
  });

  requires("root")("takes all three ids of each kind", async () => {
    const status = await outputOf(
      ["grep", "-E", "^(Uid|Gid)", "/proc/self/status"],
      userSteps({ uid: 4_294_967_294, gid: 12 }),
    );
    expect(status).toBe("Uid:\t4294967294\t4294967294\t4294967294\t4294967294\nGid:\t12\t12\t12\t12\n");
  });
});
