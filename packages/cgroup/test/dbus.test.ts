import { expect, test } from "vitest";
import { marshal } from "../src/dbus/marshal.ts";
import { decodeMessage, encodeCall } from "../src/dbus/message.ts";
import { typesOf } from "../src/dbus/signature.ts";
import { unmarshal } from "../src/dbus/unmarshal.ts";
import { variant } from "../src/dbus/value.ts";

test("typesOf() tells the complete types of a signature apart", () => {
  expect(typesOf("ssa(sv)a(sa(sv))a{s(iu)}")).toEqual(["s", "s", "a(sv)", "a(sa(sv))", "a{s(iu)}"]);
  expect(() => typesOf("a(s")).toThrow("in the middle of a type");
});

test("marshal() pads each type to its alignment, and arrays to that of their elements", () => {
  // The specification's own example: the string "foo", then "+", then "bar".
  expect(marshal("sss", ["foo", "+", "bar"]).toString("hex")).toBe("03000000666f6f00010000002b0000000300000062617200");
  // Its other one: an array of one 64-bit integer has padding after the length that is not counted.
  expect(marshal("at", [[5n]]).toString("hex")).toBe("08000000000000000500000000000000");
  expect(marshal("v", [variant("b", true)]).toString("hex")).toBe("0162000001000000");
  expect(() => marshal("u", ["1"])).toThrow("string is no value of the D-Bus type u");
  expect(() => marshal("s", ["a\0b"])).toThrow("NUL");
});

test("unmarshal() gives back what marshal() was given", () => {
  const signature = "ybnqiuxtdsoga(sv)a(sa(sv))a{su}ay";
  const values = [
    255,
    true,
    -2,
    65_535,
    -3,
    4_294_967_295,
    -4n,
    2n ** 64n - 1n,
    0.5,
    "grün",
    "/a",
    "a(sv)",
    [
      ["MemoryMax", variant("t", 1n)],
      ["AllowedCPUs", variant("ay", [3])],
    ],
    [["aux", [["Slice", variant("s", "system.slice")]]]],
    [["one", 1]],
    [],
  ];
  expect(unmarshal(signature, marshal(signature, values))).toEqual(values);
});

test("decodeMessage() waits until a message is whole, and takes no more than it", () => {
  const bytes = encodeCall(7, {
    destination: "a.b",
    path: "/p",
    interface: "a.b.C",
    member: "Do",
    signature: "su",
    body: ["x", 1],
  });
  for (let end = 0; end < bytes.length; end += 1) expect(decodeMessage(bytes.subarray(0, end))).toBeUndefined();
  expect(decodeMessage(Buffer.concat([bytes, bytes]))).toEqual({
    size: bytes.length,
    message: { type: 1, member: "Do", errorName: undefined, replySerial: undefined, body: ["x", 1] },
  });
  expect(() => decodeMessage(Buffer.from(`B${bytes.toString("latin1", 1)}`, "latin1"))).toThrow("byte order");
});

test("unmarshal() refuses types that take no bytes, of which an array would never end", () => {
  const array = Buffer.from("0800000000000000", "hex");
  expect(() => unmarshal("a()", array)).toThrow("a structure of nothing");
  expect(() => unmarshal("a{}", array)).toThrow("a structure of nothing");
  const inVariant = Buffer.concat([Buffer.from("\u{3}a()\0\0\0\0", "latin1"), array]);
  expect(() => unmarshal("v", inVariant)).toThrow("a structure of nothing");
  expect(() => unmarshal("v", Buffer.from([0, 0]))).toThrow("a D-Bus variant of the types");
});
