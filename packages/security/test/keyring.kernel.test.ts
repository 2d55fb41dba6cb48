import { call, pointer, SECCOMP, SECCOMP_RET, sockFprog, type Step, step } from "@wb/syscall";
import { requires } from "@wb/testing";
import { describe, expect } from "vitest";
import { capabilitySteps, DOCKER_CAPABILITIES, keyringStep } from "../src/index.ts";
import { outputOf, outputOfPeer, withLine } from "./command.ts";

/** `type;uid;gid;permissions;name` of the session keyring. */
const DESCRIBE = ["keyctl", "rdescribe", "@s"] as const;

describe("keyringStep()", () => {
  requires("root", "command:keyctl")("gives each process a session keyring of its own", async () => {
    const host = outputOfPeer(["keyctl", "id", "@s"]);
    const first = await outputOf(["keyctl", "id", "@s"], [keyringStep()]);
    const second = await outputOf(["keyctl", "id", "@s"], [keyringStep()]);
    expect(new Set([host, first, second]).size).toBe(3);
  });

  requires("root", "command:keyctl")("makes the keyring that `keyctl session` makes", async () => {
    const peer = outputOfPeer(["keyctl", "session", "wb-peer", ...DESCRIBE]);
    expect(await outputOf([...DESCRIBE], [keyringStep("wb-test")])).toBe(
      peer.replace(/^.*\n(?=keyring)/su, "").replace("wb-peer", "wb-test"),
    );
  });

  requires("root", "command:keyctl").for([
    { joinableBy: "user", permissions: "3f1b0000" },
    { joinableBy: "other", permissions: "3f130008" },
  ] as const)("lets $joinableBy join, as runc does", async ({ joinableBy, permissions }) => {
    expect(await outputOf([...DESCRIBE], [keyringStep("_ses.wb-test", { joinableBy })])).toBe(
      `keyring;0;0;${permissions};_ses.wb-test\n`,
    );
  });

  requires("root", "command:keyctl").for([
    { joinableBy: "user", joined: true },
    { joinableBy: undefined, joined: false },
  ] as const)("joins the keyring of that name where $joinableBy may", async ({ joinableBy, joined }) => {
    const name = `_ses.wb-${process.pid}-${joinableBy}`;
    const holder = keyringStep(name, joinableBy === undefined ? {} : { joinableBy });
    await withLine(["sh", "-c", "keyctl id @s; exec sleep 60"], [holder], async (line) => {
      expect((await outputOf(["keyctl", "id", "@s"], [keyringStep(name)])) === line).toBe(joined);
    });
  });

  requires("root", "command:keyctl")("hides the host's keys from an ordinary user's container", async () => {
    const sets = { bounding: DOCKER_CAPABILITIES, effective: 0n, permitted: 0n, inheritable: 0n, ambient: 0n };
    const steps = [
      keyringStep("_ses.wb-test", { joinableBy: "user" }),
      ...capabilitySteps(sets, { user: { uid: 1000, gid: 1000 } }),
    ];
    const keys = await outputOf(["sh", "-c", "grep -c _ses.wb-test /proc/keys; keyctl rlist @s"], steps);
    expect(keys).toBe("1\n\n");
  });

  requires(
    "root",
    "seccomp",
    "command:keyctl",
  )("accepts a kernel without keyrings, and no other refusal", async () => {
    await expect(outputOf(["true"], [refuseKeyctl(38), keyringStep("wb", { joinableBy: "user" })])).resolves.toBe("");
    await expect(outputOf(["true"], [refuseKeyctl(1), keyringStep("wb")])).rejects.toMatchObject({
      code: "EPERM",
      syscall: "keyctl",
    });
  });
});

/** A seccomp filter: keyctl(2) fails with an errno. */
function refuseKeyctl(errno: number): Step {
  const keyctl = process.arch === "arm64" ? 219 : 250;
  const filter = Buffer.alloc(4 * 8);
  const instructions: [code: number, jt: number, jf: number, k: number][] = [
    [0x20, 0, 0, 0], // load the number of the call
    [0x15, 0, 1, keyctl],
    [0x06, 0, 0, SECCOMP_RET.ERRNO + errno],
    [0x06, 0, 0, SECCOMP_RET.ALLOW],
  ];
  for (const [index, [code, jt, jf, k]] of instructions.entries()) {
    filter.writeUInt16LE(code, 8 * index);
    filter.writeUInt8(jt, 8 * index + 2);
    filter.writeUInt8(jf, 8 * index + 3);
    filter.writeUInt32LE(k, 8 * index + 4);
  }
  return step("refuse keyctl", [call("seccomp", SECCOMP.SET_MODE_FILTER, 0, pointer(sockFprog, { len: 4, filter }))]);
}
