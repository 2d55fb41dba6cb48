import { type Arbitrary, array, assert, boolean, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { deviceWrites } from "../src/controllers/devices.ts";
import { type DevicePolicy, devicePolicy } from "../src/devices/policy.ts";
import { deviceProgram } from "../src/devices/program.ts";
import { type DeviceRule, formatException } from "../src/devices/rule.ts";
import { CgroupError } from "../src/error.ts";
import { deviceContext, runBpf } from "./bpf.ts";

const DENY_ALL: DeviceRule = { allow: false, access: "rwm" };
const NULL: DeviceRule = { allow: true, type: "c", major: 1, minor: 3, access: "rwm" };

const text = ({ allow, exceptions }: DevicePolicy): string[] => [
  allow ? "allow" : "deny",
  ...exceptions.map(formatException),
];

describe("devicePolicy()", () => {
  it.each<[string, DeviceRule[], string[]]>([
    ["nothing is said", [], ["allow"]],
    ["all is denied", [DENY_ALL], ["deny"]],
    ["one is allowed", [DENY_ALL, NULL], ["deny", "c 1:3 rwm"]],
    ["what was allowed is denied again", [DENY_ALL, NULL, { ...NULL, allow: false }], ["deny"]],
    ["a part of it is denied again", [DENY_ALL, NULL, { ...NULL, allow: false, access: "w" }], ["deny", "c 1:3 rm"]],
    ["accesses add up", [DENY_ALL, { ...NULL, access: "r" }, { ...NULL, access: "w" }], ["deny", "c 1:3 rw"]],
    ["a wildcard is allowed", [DENY_ALL, { allow: true, type: "c", access: "m" }], ["deny", "c *:* m"]],
    ["a wildcard takes all back", [DENY_ALL, NULL, { allow: false, type: "c" }], ["deny"]],
    ["both types are meant", [DENY_ALL, { allow: true, major: 7, access: "r" }], ["deny", "b 7:* r", "c 7:* r"]],
    ["all are allowed but one", [{ ...NULL, allow: false }], ["allow", "c 1:3 rwm"]],
    ["all is allowed in the end", [DENY_ALL, NULL, { allow: true, type: "a" }], ["allow"]],
    ["the last one decides", [NULL, DENY_ALL], ["deny"]],
  ])("when %s", (_, rules, expected) => {
    expect(text(devicePolicy(rules))).toEqual(expected);
  });

  it("refuses a hole in a wildcard, which the kernel could not make either", () => {
    const rules: DeviceRule[] = [DENY_ALL, { allow: true, type: "c", major: 1 }, { ...NULL, allow: false }];
    expect(() => devicePolicy(rules)).toThrow(
      "the device rule for c 1:3 rwm makes a hole in an earlier one for c 1:* rwm",
    );
  });

  it.each<[Partial<DeviceRule>, string]>([
    [{ access: "rx" }, "allow c 1:3 rx is no rule"],
    [{ access: "" }, "is no rule"],
    [{ major: -1 }, "is no rule"],
    [{ minor: 2 ** 20 }, "is no rule"],
    [{ type: "p" as "c" }, "allow p 1:3 rwm is no rule"],
  ])("refuses %j", (change, why) => {
    expect(() => devicePolicy([{ ...NULL, ...change }])).toThrow(CgroupError);
    expect(() => devicePolicy([{ ...NULL, ...change }])).toThrow(why);
  });
});

describe("deviceWrites(), v1", () => {
  const lines = (rules: DeviceRule[], list?: string): string[] =>
    deviceWrites(devicePolicy(rules), () => list).map(({ file, value }) => `${file} = ${value}`);

  it("denies all, then allows what is excepted", () => {
    expect(lines([DENY_ALL, NULL])).toEqual(["devices.deny = a", "devices.allow = c 1:3 rwm"]);
  });

  it("leaves a new group as it is where nothing is denied", () => {
    expect(lines([])).toEqual([]);
    expect(lines([{ ...NULL, allow: false }])).toEqual(["devices.deny = c 1:3 rwm"]);
  });

  it("starts anew in a group that has rules", () => {
    expect(lines([], "c 1:3 rwm\n")).toEqual(["devices.allow = a"]);
    expect(lines([], "a *:* rwm\n")).toEqual(["devices.allow = a"]);
    expect(lines([DENY_ALL, NULL], "a *:* rwm\n")).toEqual(["devices.deny = a", "devices.allow = c 1:3 rwm"]);
  });

  it("goes from one list to another without taking away what stays", () => {
    const list = "c 1:3 rw\nc 1:5 rwm\nb *:* m\n";
    expect(lines([DENY_ALL, NULL, { allow: true, type: "b", access: "m" }], list)).toEqual([
      "devices.allow = c 1:3 m",
      "devices.deny = c 1:5 rwm",
    ]);
    expect(lines([DENY_ALL], list)).toEqual([
      "devices.deny = c 1:3 rw",
      "devices.deny = c 1:5 rwm",
      "devices.deny = b *:* m",
    ]);
  });

  it("knows what takes each of them back", () => {
    const undo = (rules: DeviceRule[], list: string): string[] =>
      deviceWrites(devicePolicy(rules), () => list)
        .flatMap((one) => one.undo ?? [])
        .map(({ file, value }) => `${file} = ${value}`);
    expect(undo([DENY_ALL, NULL], "c 1:5 r\n")).toEqual(["devices.deny = c 1:3 rwm", "devices.allow = c 1:5 r"]);
    expect(undo([{ ...NULL, allow: false }], "c 1:5 r\n")).toEqual(["devices.deny = a", "devices.allow = c 1:5 r"]);
    expect(undo([DENY_ALL, NULL], "a *:* rwm\n")).toEqual(["devices.allow = a"]);
  });
});

describe("deviceProgram(), v2", () => {
  const M = 1;
  const R = 2;
  const W = 4;

  it.each<[string, DeviceRule[], [number, "b" | "c", number, number, number][]]>([
    ["allow", [], [[1, "c", 1, 3, R | W]]],
    [
      "deny",
      [DENY_ALL],
      [
        [0, "c", 1, 3, R],
        [0, "b", 0, 0, M],
      ],
    ],
    [
      "deny, but c 1:3",
      [DENY_ALL, NULL],
      [
        [1, "c", 1, 3, R | W],
        [1, "c", 1, 3, M],
        [0, "c", 1, 5, R],
        [0, "b", 1, 3, R],
        [0, "c", 2, 3, R],
      ],
    ],
    [
      "deny, but c 1:3 r",
      [DENY_ALL, { ...NULL, access: "r" }],
      [
        [1, "c", 1, 3, R],
        [0, "c", 1, 3, R | W],
        [0, "c", 1, 3, M],
      ],
    ],
    [
      "deny, but c *:* m",
      [DENY_ALL, { allow: true, type: "c", access: "m" }],
      [
        [1, "c", 9, 9, M],
        [0, "c", 9, 9, M | R],
        [0, "b", 9, 9, M],
      ],
    ],
    [
      "deny, but c 136:*",
      [DENY_ALL, { allow: true, type: "c", major: 136 }],
      [
        [1, "c", 136, 1_000_000, R | W],
        [0, "c", 137, 0, R],
      ],
    ],
    [
      "allow, but c 1:3 w",
      [{ ...NULL, allow: false, access: "w" }],
      [
        [1, "c", 1, 3, R],
        [0, "c", 1, 3, R | W],
        [1, "c", 1, 5, W],
      ],
    ],
    [
      "allow, but b",
      [{ allow: false, type: "b" }],
      [
        [0, "b", 8, 0, R],
        [1, "c", 8, 0, R],
      ],
    ],
  ])("%s", (_, rules, table) => {
    const program = deviceProgram(devicePolicy(rules));
    for (const [expected, ...access] of table) expect(runBpf(program, deviceContext(...access))).toBe(expected);
  });

  const rule = record(
    {
      allow: boolean(),
      type: constantFrom("b", "c", "a"),
      major: integer({ min: 0, max: 2 }),
      minor: integer({ min: 0, max: 2 }),
      access: constantFrom("r", "w", "m", "rw", "rwm"),
    },
    { requiredKeys: ["allow"] },
  ) as Arbitrary<DeviceRule>;

  it("answers as the last rule that fits, for every access to one device", () => {
    assert(
      property(array(rule, { maxLength: 6 }), (rules) => {
        const policy = policyOrHole(rules);
        if (policy === undefined) return;
        const program = deviceProgram(policy);
        for (const type of ["b", "c"] as const) {
          for (let device = 0; device < 9; device++) {
            const [major, minor] = [Math.floor(device / 3), device % 3] as const;
            for (const [letter, bit] of [
              ["m", M],
              ["r", R],
              ["w", W],
            ] as const) {
              const last = rules.findLast((one) => fits(one, { type, major, minor, letter }));
              expect(runBpf(program, deviceContext(type, major, minor, bit))).toBe(Number(last?.allow ?? true));
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  function policyOrHole(rules: readonly DeviceRule[]): DevicePolicy | undefined {
    try {
      return devicePolicy(rules);
    } catch {
      return undefined;
    }
  }

  function fits(one: DeviceRule, access: { type: string; major: number; minor: number; letter: string }): boolean {
    return (
      ["a", undefined, access.type].includes(one.type) &&
      [undefined, access.major].includes(one.major) &&
      [undefined, access.minor].includes(one.minor) &&
      (one.access ?? "rwm").includes(access.letter)
    );
  }
});
