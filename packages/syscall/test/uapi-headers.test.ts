import { describe, expect, it } from "vitest";
import { evaluate, type Scope } from "../../../tools/generate/expression.ts";

const scope: Scope = {
  constant: (name) => ({ O_CLOEXEC: 0o2000000n, NSIO: 0xb7n })[name],
  macro: (name) =>
    ({
      _IO: { parameters: ["type", "nr"], body: "(((type) << 8) | ((nr) << 0))" },
      _IOR: { parameters: ["type", "nr", "size"], body: "((2U << 30) | _IO(type, nr) | (sizeof(size) << 16))" },
    })[name],
};

describe("evaluate()", () => {
  it.each([
    ["0x8000U", 0x8000n],
    ["02000000", 0o2000000n],
    ["(1 << 3)", 8n],
    ["1UL << 0 | 1 << 4", 17n],
    ["-100", -100n],
    ["~0UL", -1n],
    ["(O_CLOEXEC|0x1)", 0o2000001n],
    ["'T' * 2 + 1", 169n],
    ["((__force __kernel_rwf_t)0x00000004)", 4n],
    ["defined_elsewhere || 2 > 1 && 1 != 1", 0n],
    ["_IO(NSIO, 0x1)", 0xb701n],
    ["_IOR('T', 0x30, unsigned int)", 0x80045430n],
  ])("%s is %i", (text, value) => {
    const zero: Scope = { ...scope, constant: (name) => scope.constant(name) ?? 0n };
    expect(evaluate(text, text.startsWith("defined") ? zero : scope)).toBe(value);
  });

  it.each(["", "1 +", "(1", "UNKNOWN", "UNKNOWN(1)", '"text"', "1 2", "sizeof(struct unknown)"])(
    "refuses %j",
    (text) => {
      expect(() => evaluate(text, scope)).toThrow(SyntaxError);
    },
  );
});
