import { type Arbitrary, assert, bigInt, integer, nat, property, record, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { s16, s32, s64, struct, u16, u32, u64, u8 } from "../src/struct.ts";

interface Mixed {
  readonly a: number;
  readonly b: number;
  readonly c: bigint;
  readonly d: number;
  readonly e: number;
  readonly f: bigint;
  readonly g: number;
}

const mixed = struct<Mixed>("mixed", { a: u8, b: u16, c: u64, d: s32, e: s16, f: s64, g: u32 });

const values: Arbitrary<Mixed> = record({
  a: nat(0xff),
  b: nat(0xffff),
  c: bigInt(0n, 2n ** 64n - 1n),
  d: integer(),
  e: integer({ min: -0x8000, max: 0x7fff }),
  f: bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  g: nat(0xffff_ffff),
});

describe("struct()", () => {
  it("aligns each field to its size, and the struct to its largest", () => {
    expect(mixed.offsets).toEqual({ a: 0, b: 2, c: 8, d: 16, e: 20, f: 24, g: 32 });
    expect(mixed.size).toBe(40);
  });

  it("takes a layout that alignment does not make", () => {
    const packed = struct<{ access: bigint; fd: number }>("packed", { access: u64, fd: s32 }, {}, { size: 12 });
    expect(packed.encode({ access: 1n, fd: 2 })).toEqual(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0));
    const gap = struct<{ a: number; b: number }>("gap", { a: u8, b: u8 }, {}, { offsets: { b: 4 } });
    expect(gap.size).toBe(5);
    expect(gap.decode(Uint8Array.of(1, 9, 9, 9, 2))).toEqual({ a: 1, b: 2 });
  });

  it("decodes what it encoded", () => {
    assert(
      property(values, (value) => {
        expect(mixed.decode(mixed.encode(value))).toEqual(value);
      }),
    );
  });

  it("encodes the bytes that it decoded, padding aside", () => {
    const bytes = uint8Array({ minLength: mixed.size, maxLength: mixed.size });
    assert(
      property(bytes, (given) => {
        const padding = new Set([1, 4, 5, 6, 7, 22, 23, 36, 37, 38, 39]);
        expect(mixed.encode(mixed.decode(given))).toEqual(given.map((byte, at) => (padding.has(at) ? 0 : byte)));
      }),
    );
  });

  it("encodes in host order, with 0 for what is left out", () => {
    expect(mixed.encode({ b: 0x1234, d: -2 }).subarray(0, 20)).toEqual(
      Uint8Array.of(0, 0, 0x34, 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff),
    );
  });

  it("takes a number for 64 bits, a bigint for fewer, and -1 for all bits", () => {
    expect(mixed.decode(mixed.encode({ c: -1, d: -1n, f: 5, g: -1n }))).toMatchObject({
      c: 2n ** 64n - 1n,
      d: -1,
      f: 5n,
      g: 0xffff_ffff,
    });
  });

  it("decodes a part of a larger buffer, and passes over what follows the struct", () => {
    const buffer = new Uint8Array(3 + mixed.size + 5).fill(0xff);
    buffer.set(mixed.encode({ c: 7n }), 3);
    expect(mixed.decode(buffer.subarray(3))).toEqual({ a: 0, b: 0, c: 7n, d: 0, e: 0, f: 0n, g: 0 });
  });

  it("says how many bytes are missing", () => {
    const ifinfomsg = struct<Record<"family" | "type" | "index" | "flags" | "change", number>>("ifinfomsg", {
      family: u8,
      type: u16,
      index: s32,
      flags: u32,
      change: u32,
    });
    expect(() => ifinfomsg.decode(new Uint8Array(4))).toThrow(
      new RangeError("struct ifinfomsg: 16 bytes expected, 4 left"),
    );
  });
});
