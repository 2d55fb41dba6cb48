import { CAP } from "@wb/syscall";
import { describe, expect, test } from "vitest";
import {
  ALL_CAPABILITIES,
  capabilityMask,
  capabilityName,
  capabilityNames,
  capabilityNumbers,
  DOCKER_CAPABILITIES,
  UnknownCapabilityError,
} from "../src/index.ts";

describe("capabilityMask()", () => {
  test.each([
    { names: [], mask: 0n },
    { names: ["CHOWN"], mask: 0x1n },
    { names: ["CAP_CHOWN"], mask: 0x1n },
    { names: ["cap_chown", "Kill"], mask: 0x21n },
    { names: ["CHECKPOINT_RESTORE"], mask: 0x100_0000_0000n },
    { names: ["CAP_41", "63"], mask: 0x8000_0200_0000_0000n },
    { names: ["all"], mask: ALL_CAPABILITIES },
    { names: ["CHOWN", "CHOWN"], mask: 0x1n },
  ])("takes $names as docker's users write them", ({ names, mask }) => {
    expect(capabilityMask(names)).toBe(mask);
  });

  test.each([
    { name: "NET_ADMN", hint: "did you mean NET_ADMIN?" },
    { name: "cap_sys-admin", hint: "did you mean SYS_ADMIN?" },
    { name: "SYSADMIN", hint: "did you mean SYS_ADMIN?" },
    { name: "AUDIT", hint: "did you mean AUDIT_WRITE or AUDIT_CONTROL or AUDIT_READ?" },
    { name: "CAP_ALL", hint: "did you mean ALL?" },
    { name: "xyzzy", hint: undefined },
    { name: "", hint: undefined },
    { name: "CAP_CAP_CHOWN", hint: undefined },
    { name: "40", hint: undefined }, // has a name
    { name: "64", hint: undefined },
    { name: "__proto__", hint: undefined },
  ])("refuses $name by name, and says what is near it", ({ name, hint }) => {
    const refused = caught(() => capabilityMask(["CHOWN", name]));
    expect(refused).toBeInstanceOf(UnknownCapabilityError);
    expect(refused).toMatchObject({ name: "UnknownCapabilityError", code: "WB_UNKNOWN_CAPABILITY", capability: name });
    expect((refused as UnknownCapabilityError).hint).toBe(hint);
    expect((refused as Error).message).toBe(`unknown capability "${name}"${hint === undefined ? "" : `: ${hint}`}`);
  });
});

describe("capabilityNames()", () => {
  test("lists docker's fourteen", () => {
    expect(capabilityNames(DOCKER_CAPABILITIES).join(" ")).toBe(
      "CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_FSETID CAP_KILL CAP_SETGID CAP_SETUID CAP_SETPCAP CAP_NET_BIND_SERVICE " +
        "CAP_NET_RAW CAP_SYS_CHROOT CAP_MKNOD CAP_AUDIT_WRITE CAP_SETFCAP",
    );
  });

  test("and capabilityMask() undo each other for all 64 bits", () => {
    for (let number = 0; number < 64; number++) {
      const mask = 1n << BigInt(number);
      expect(capabilityMask(capabilityNames(mask))).toBe(mask);
      expect(capabilityNumbers(mask)).toEqual([number]);
    }
  });

  test("calls one that is newer than the list by its number", () => {
    expect(capabilityName(41)).toBe("CAP_41");
  });
});

test("ALL_CAPABILITIES has each that the kernel's header names, without a gap", () => {
  expect(ALL_CAPABILITIES).toBe((1n << BigInt(Object.keys(CAP).length)) - 1n);
});

function caught(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
