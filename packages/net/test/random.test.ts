import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatIp, parseIp, parsePrefix } from "../src/ip.ts";
import { parseDone, parseError } from "../src/netlink/answer.ts";
import { encodeAttribute, parseAttributes } from "../src/netlink/attribute.ts";
import { be16, be32, be64, cstring, mac } from "../src/netlink/codec.ts";
import { DecodeError } from "../src/netlink/decode-error.ts";
import { encodeMessages, NLM_F, parseMessages } from "../src/netlink/message.ts";
import { parseAddr } from "../src/rtnetlink/addr/addr.ts";
import { IFA } from "../src/rtnetlink/addr/message.ts";
import { BR } from "../src/rtnetlink/link/bridge.ts";
import { parseLink } from "../src/rtnetlink/link/link.ts";
import { parseNeigh } from "../src/rtnetlink/neigh/neigh.ts";
import { parseQdisc } from "../src/rtnetlink/qdisc/qdisc.ts";
import { RTA } from "../src/rtnetlink/route/message.ts";
import { parseRoute } from "../src/rtnetlink/route/route.ts";
import { parseRule } from "../src/rtnetlink/rule/rule.ts";
import * as captured from "./fixtures/messages.ts";

const buffer = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const attribute = fc.record({ type: fc.integer({ min: 0, max: 64 }), data: fc.uint8Array({ maxLength: 40 }) });
const nested = fc
  .array(attribute, { maxLength: 20 })
  .map((all) => Buffer.concat([Buffer.alloc(20), ...all.map(({ type, data }) => encodeAttribute(type, data))]));
/** A message of the kernel's in which some bytes are others. */
const damaged = fc
  .record({
    message: fc.constantFrom(...Object.values(captured)),
    changes: fc.array(fc.tuple(fc.nat(2000), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
    length: fc.nat(2000),
  })
  .map(({ message, changes, length }) => {
    const bytes = Buffer.from(message.subarray(0, length));
    for (const [place, byte] of changes) if (place < bytes.length) bytes[place] = byte;
    return bytes;
  });

const PARSERS = { parseLink, parseAddr, parseRoute, parseRule, parseNeigh, parseQdisc };

for (const [name, parse] of Object.entries(PARSERS)) {
  test(`${name}() takes any bytes, or refuses them with a DecodeError`, () => {
    fc.assert(
      fc.property(fc.oneof(buffer, nested, damaged), (payload) => {
        expect(refusalOf(() => parse({ payload }))).toSatisfy(isDecodeErrorOrNone);
      }),
      { numRuns: 500 },
    );
  });
}

test("parseMessages(), parseAttributes(), parseError() and parseDone() take any bytes", () => {
  fc.assert(
    fc.property(buffer, fc.nat(0xffff), (payload, flags) => {
      expectDecodeError(() => parseMessages(payload));
      expect(parseAttributes(payload).length).toBeLessThanOrEqual(payload.length / 4);
      const message = { type: 2, flags, seq: 1, portid: 0, payload };
      expectDecodeError(() => parseError(message));
      expectDecodeError(() => parseDone(message));
    }),
    { numRuns: 500 },
  );
});

test("messages survive encoding and decoding", () => {
  const message = fc.record({
    type: fc.nat(0xffff),
    flags: fc.nat(0xffff),
    seq: fc.nat(0xffff_ffff),
    payload: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
  });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), (messages) => {
      expect(parseMessages(encodeMessages(messages))).toEqual(messages.map((each) => ({ ...each, portid: 0 })));
    }),
  );
});

const u32 = fc.nat(0xffff_ffff);
const ip4 = fc.uint8Array({ minLength: 4, maxLength: 4 }).map(formatIp);
const ip6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(formatIp);
const unknown = fc.array(
  fc.record({
    type: fc.integer({ min: 200, max: 0x3fff }),
    flags: fc.constantFrom(0, 0x4000, 0x8000),
    data: fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes)),
  }),
  { minLength: 1, maxLength: 3 },
);

test("decode(encode(x)) is x, with what is unknown", () => {
  const addr = fc.record(
    {
      address: ip4,
      local: ip6,
      label: fc.string().filter((text) => !text.includes("\0") && text.isWellFormed()),
      flags: u32,
      unknown,
    },
    { requiredKeys: [] },
  );
  holds(addr, (value) => expect(IFA.decode(Buffer.from(IFA.encode(value)))).toEqual(value));
  const route = fc.record(
    {
      dst: ip6,
      oif: u32,
      metrics: fc.record({ mtu: u32, advmss: u32 }, { requiredKeys: [] }),
      multipath: fc.array(
        fc.record({
          flags: fc.nat(255),
          hops: fc.nat(255),
          index: fc.nat(0x7fff_ffff),
          attributes: fc.record({ gateway: ip4 }, { requiredKeys: [] }),
        }),
        { maxLength: 4 },
      ),
      unknown,
    },
    { requiredKeys: [] },
  );
  holds(route, (value) => expect(RTA.decode(Buffer.from(RTA.encode(value)))).toEqual(value));
  const bridge = fc.record(
    {
      vlanFiltering: fc.boolean(),
      vlanProtocol: fc.constantFrom("802.1Q", "802.1ad", 7),
      priority: fc.nat(0xffff),
      groupAddr: fc.constant("01:80:c2:00:00:00"),
    },
    { requiredKeys: [] },
  );
  holds(bridge, (value) => expect(BR.decode(Buffer.from(BR.encode(value as never)))).toEqual(value));
});

test("integers in network order survive", () => {
  holds(u32, (value) => expect(be32.decode(Buffer.from(be32.encode(value)))).toBe(value));
  holds(fc.nat(0xffff), (value) => expect(be16.decode(Buffer.from(be16.encode(value)))).toBe(value));
  expect([...be64.encode(0x0102n)]).toEqual([0, 0, 0, 0, 0, 0, 1, 2]);
});

test("addresses survive, in the form of inet_ntop(3)", () => {
  holds(fc.ipV6(), (text) => expect(parseIp(formatIp(parseIp(text)))).toEqual(parseIp(text)));
  holds(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) =>
    expect([...parseIp(formatIp(bytes))]).toEqual([...bytes]),
  );
  const FORMS = {
    "::": "::",
    "::1": "::1",
    "1::": "1::",
    "fe80:0:0:0:1:0:0:1": "fe80::1:0:0:1",
    "0:0:1::": "0:0:1::",
    "::ffff:1.2.3.4": "::ffff:1.2.3.4",
    "1:2:3:4:5:6:0:8": "1:2:3:4:5:6:0:8",
    "::1.2.3.4": "::1.2.3.4",
  };
  for (const [text, form] of Object.entries(FORMS)) expect(formatIp(parseIp(text))).toBe(form);
  for (const text of ["", "1.2.3", "1.2.3.4.5", "::g", "fe80::1%eth0", "256.0.0.1", "1.2.3.4/24"])
    expect(() => parseIp(text)).toThrow(/no IP address/);
  for (const text of ["10.0.0.1/33", "10.0.0.1/", "10.0.0.1/-1", "::/129", "10.0.0.1/24/24", "10.0.0.1/1e1"])
    expect(() => parsePrefix(text)).toThrow(/no address/);
  expect(parsePrefix("::1")).toEqual({ address: "::1", length: 128 });
});

test("an attribute of more than 65,535 bytes is refused, and so is a NUL byte in a text", () => {
  expect(encodeAttribute(1, Buffer.alloc(65_531))).toHaveLength(65_536);
  expect(() => encodeAttribute(1, Buffer.alloc(65_532))).toThrow(RangeError);
  expect(() => cstring.encode("a\0b")).toThrow(TypeError);
  expect(() => mac.encode("02:00")).not.toThrow();
  expect(() => mac.encode("02-00-00-00-00-01")).toThrow(TypeError);
});

test("parseError() finds the kernel's own words behind a request, whole or capped", () => {
  const text = encodeAttribute(1, Buffer.from("no such thing\0"));
  const errno = Buffer.alloc(4);
  errno.writeInt32LE(-22);
  const request = Buffer.alloc(20);
  request.writeUInt32LE(18);
  const message = (flags: number, header: Buffer) => ({
    type: 2,
    flags,
    seq: 1,
    portid: 0,
    payload: Buffer.concat([errno, header, text]),
  });
  expect(parseError(message(NLM_F.ACK_TLVS, request))).toEqual({ errno: -22, text: "no such thing" });
  expect(parseError(message(NLM_F.ACK_TLVS | NLM_F.CAPPED, request.subarray(0, 16)))).toEqual({
    errno: -22,
    text: "no such thing",
  });
  expect(parseError(message(0, request))).toEqual({ errno: -22 });
});

test("a DecodeError says where", () => {
  const payload = Buffer.concat([
    Buffer.alloc(16),
    encodeAttribute(
      18,
      Buffer.concat([
        encodeAttribute(1, Buffer.from("bridge\0")),
        encodeAttribute(2, encodeAttribute(1, Buffer.alloc(2))),
      ]),
    ),
  ]);
  expect(() => parseLink({ payload })).toThrow(
    "IFLA.info: IFLA_INFO.data: IFLA_BR.forwardDelay: 4 bytes expected, 2 left",
  );
});

function expectDecodeError(act: () => unknown): void {
  expect(refusalOf(act)).toSatisfy(isDecodeErrorOrNone);
}

function isDecodeErrorOrNone(error: unknown): boolean {
  return error === undefined || error instanceof DecodeError;
}

function refusalOf(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

function holds<T>(values: fc.Arbitrary<T>, check: (value: T) => void): void {
  const property = fc.property(values, (value) => {
    check(value);
  });
  fc.assert(property);
}
