import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  DEFAULT_DEVICES,
  type DeviceRule,
  DOCKER_DEVICE_RULES,
  MASKED_PATHS,
  maskedPaths,
  READONLY_PATHS,
  RUNTIME_DEVICE_RULES,
} from "../src/index.ts";

describe("the device rules", () => {
  const rules = [...DOCKER_DEVICE_RULES, ...RUNTIME_DEVICE_RULES];

  test.each([
    { device: "null", type: "c", major: 1, minor: 3, access: "rwm", allowed: true },
    { device: "full", type: "c", major: 1, minor: 7, access: "rwm", allowed: true },
    { device: "tty", type: "c", major: 5, minor: 0, access: "rw", allowed: true },
    { device: "console", type: "c", major: 5, minor: 1, access: "rw", allowed: true },
    { device: "ptmx", type: "c", major: 5, minor: 2, access: "rw", allowed: true },
    { device: "pts/7", type: "c", major: 136, minor: 7, access: "rw", allowed: true },
    { device: "mem", type: "c", major: 1, minor: 1, access: "r", allowed: false },
    { device: "kmsg", type: "c", major: 1, minor: 11, access: "r", allowed: false },
    { device: "fuse", type: "c", major: 10, minor: 229, access: "rw", allowed: false },
    { device: "sda", type: "b", major: 8, minor: 0, access: "r", allowed: false },
    { device: "sda, its node only", type: "b", major: 8, minor: 0, access: "m", allowed: true },
  ] as const)("decide about $device: $allowed", ({ type, major, minor, access, allowed }) => {
    expect(Array.from(access).every((letter) => isAllowed(rules, { type, major, minor, access: letter }))).toBe(
      allowed,
    );
  });

  test("allow every default device", () => {
    for (const { type, major, minor } of DEFAULT_DEVICES) {
      expect(isAllowed(rules, { type, major, minor, access: "r" })).toBe(true);
    }
  });
});

test("the default devices are those of the OCI specification, for everyone", () => {
  expect(DEFAULT_DEVICES.map(({ path }) => path)).toEqual(
    ["null", "zero", "full", "random", "urandom", "tty"].map((name) => `/dev/${name}`),
  );
  expect(DEFAULT_DEVICES.every(({ fileMode, uid, gid }) => fileMode === 0o666 && uid === 0 && gid === 0)).toBe(true);
});

describe("the paths", () => {
  test("are docker's", () => {
    expect(MASKED_PATHS).toHaveLength(12);
    expect(READONLY_PATHS).toHaveLength(5);
  });

  test("maskedPaths() adds the processors' thermal_throttle where there is one", () => {
    const added = maskedPaths().slice(MASKED_PATHS.length);
    expect(maskedPaths().slice(0, MASKED_PATHS.length)).toEqual(MASKED_PATHS);
    expect(added.every((path) => path.endsWith("/thermal_throttle") && existsSync(path))).toBe(true);
    expect(added.length > 0).toBe(existsSync("/sys/devices/system/cpu/cpu0/thermal_throttle"));
  });
});

interface Access {
  readonly type: string;
  readonly major: number;
  readonly minor: number;
  readonly access: string;
}

/** The last rule that fits decides; without one, nothing is allowed. */
function isAllowed(rules: readonly DeviceRule[], wanted: Access): boolean {
  const fits = ({ type = "a", major, minor, access }: DeviceRule): boolean =>
    (type === "a" || type === wanted.type) &&
    (major ?? wanted.major) === wanted.major &&
    (minor ?? wanted.minor) === wanted.minor &&
    access.includes(wanted.access);
  return rules.findLast(fits)?.allow ?? false;
}
