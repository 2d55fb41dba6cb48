import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planAddrAdd, planLinkAdd, planLinkSet, planRouteAdd, type Change, DecodeError } from "../src/index.ts";
import { encodeAttribute, parseAttributes } from "../src/netlink/attribute.ts";
import type { AttributeTable } from "../src/netlink/attributes.ts";
import { encodeMessages, parseMessages } from "../src/netlink/message.ts";
import { parseAddr } from "../src/rtnetlink/addr/addr.ts";
import { IFA } from "../src/rtnetlink/addr/message.ts";
import { parseLink } from "../src/rtnetlink/link/link.ts";
import { IFLA, IFLA_REQUEST } from "../src/rtnetlink/link/message.ts";
import { RTA } from "../src/rtnetlink/route/message.ts";
import { parseRoute } from "../src/rtnetlink/route/route.ts";

/** What ip(8) of iproute2 6.1 sent for a command, by strace: the flags and what is behind the header. */
interface Captured {
  readonly command: string;
  readonly change: Change;
  readonly flags: number;
  /** Bytes of the struct that the attributes are behind. */
  readonly header: number;
  readonly table: AttributeTable<object>;
  readonly hex: string;
}

const [CREATE, CHANGE] = [0x600, 0];
const link = { header: 16, table: IFLA_REQUEST as AttributeTable<object> };
const addr = { header: 8, table: IFA as AttributeTable<object> };
const route = { header: 12, table: RTA as AttributeTable<object> };

const CAPTURED: readonly Captured[] = [
  {
    command: "ip link add v0 mtu 1400 type veth peer name v1",
    change: planLinkAdd({ name: "v0", kind: "veth", mtu: 1400, peer: { name: "v1" } }),
    flags: CREATE,
    ...link,
    hex: "00000000000000000000000000000000080004007805000007000300763000002c0012000800010076657468200002001c000100000000000000000000000000000000000700030076310000",
  },
  {
    command: "ip link add br0 type bridge ageing_time 10000",
    change: planLinkAdd({ name: "br0", kind: "bridge", data: { ageingTime: 10_000 } }),
    flags: CREATE,
    ...link,
    hex: "0000000000000000000000000000000008000300627230001c0012000a00010062726964676500000c0002000800040010270000",
  },
  {
    command: "ip link set v0 up",
    change: planLinkSet(3, { up: true }),
    flags: CHANGE,
    ...link,
    hex: "00000000030000000100000001000000",
  },
  {
    command: "ip link set v0 master br0",
    change: planLinkSet(3, { master: 4 }),
    flags: CHANGE,
    ...link,
    hex: "0000000003000000000000000000000008000a0004000000",
  },
  {
    command: "ip addr add 10.244.244.1/24 broadcast + dev v0",
    change: planAddrAdd("10.244.244.1/24", { dev: 3, broadcast: "+" }),
    flags: CREATE,
    ...addr,
    hex: "0218000003000000080002000af4f401080001000af4f401080004000af4f4ff",
  },
  {
    command: "ip route add default via 10.244.244.254",
    change: planRouteAdd({ to: "default", via: "10.244.244.254" }),
    flags: CREATE,
    ...route,
    hex: "02000000fe03000100000000080005000af4f4fe",
  },
  {
    command: "ip route add 192.0.2.0/24 via 10.244.244.253 metric 7 mtu 1300",
    change: planRouteAdd({ to: "192.0.2.0/24", via: "10.244.244.253", metric: 7, metrics: { mtu: 1300 } }),
    flags: CREATE,
    ...route,
    hex: "02180000fe0300010000000008000100c0000200080005000af4f4fd08000600070000000c0008000800020014050000",
  },
];

const context = { index: (dev: string | number) => Number(dev), netnsFd: () => -1 };

/** Attributes in no order, and without the flag of nested ones, which ip(8) leaves out. */
function meaning(bytes: Uint8Array, { header, table }: Captured): unknown {
  const whole = Buffer.from(bytes);
  return [whole.subarray(0, header).toString("hex"), table.decode(whole.subarray(header))];
}

describe("messages say what those of ip(8) say", () => {
  test.each(CAPTURED)("$command", (one) => {
    expect(one.change.flags).toBe(one.flags);
    expect(meaning(one.change.payload(context), one)).toEqual(meaning(Buffer.from(one.hex, "hex"), one));
  });
});

describe("what is decoded is encoded to the same", () => {
  test.each(CAPTURED)("$command", ({ table, header, hex }) => {
    const decoded = table.decode(Buffer.from(hex, "hex").subarray(header));
    expect(table.decode(Buffer.from(table.encode(decoded)))).toEqual(decoded);
  });

  test("attributes of any type and bytes, known or not", () => {
    const attribute = fc.record({ type: fc.nat(0x3fff), data: fc.uint8Array({ maxLength: 64 }) });
    fc.assert(
      fc.property(fc.array(attribute), (wanted) => {
        const bytes = Buffer.concat(wanted.map(({ type, data }) => encodeAttribute(type, data)));
        const found = parseAttributes(bytes).map(({ type, data }) => ({ type, data: new Uint8Array(data) }));
        expect(found).toEqual(wanted);
      }),
    );
  });

  test("attributes that nobody knows are kept", () => {
    const bytes = Buffer.concat([
      encodeAttribute(3, Buffer.from("v0\0")),
      encodeAttribute(3999, Uint8Array.of(1, 2, 3)),
    ]);
    const decoded = IFLA.decode(bytes);
    expect(decoded).toMatchObject({ name: "v0", unknown: [{ type: 3999 }] });
    expect(Buffer.from(IFLA.encode(decoded))).toEqual(bytes);
  });

  test("messages", () => {
    const message = fc.record({ type: fc.nat(0xffff), flags: fc.nat(0xffff), seq: fc.nat(), payload: fc.uint8Array() });
    fc.assert(
      fc.property(fc.array(message), (wanted) => {
        const found = parseMessages(encodeMessages(wanted));
        expect(found).toEqual(wanted.map((one) => ({ ...one, portid: 0, payload: Buffer.from(one.payload) })));
      }),
    );
  });

  test("one attribute is at most 65,535 bytes", () => {
    expect(encodeAttribute(1, new Uint8Array(65_531))).toHaveLength(65_536);
    expect(() => encodeAttribute(1, new Uint8Array(65_532))).toThrow(RangeError);
  });
});

describe("no bytes make a decoder fail in another way than by a DecodeError", () => {
  const parsers = { parseLink, parseAddr, parseRoute } as const;

  /** Undefined, or an error that is none of a decoder. */
  function crash(action: () => unknown): unknown {
    try {
      action();
      return undefined;
    } catch (error) {
      return error instanceof DecodeError ? undefined : error;
    }
  }

  test.each(Object.entries(parsers))("%s: random ones", (_, parse) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(crash(() => parse({ payload: Buffer.from(bytes) }))).toBeUndefined();
      }),
    );
  });

  test.each(Object.entries(parsers))("%s: real ones with errors in them", (_, parse) => {
    const captured = fc.constantFrom(...CAPTURED.map(({ hex }) => Buffer.from(hex, "hex")));
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(captured, edits, fc.nat(), (bytes, changes, cut) => {
        const damaged = Buffer.from(bytes);
        for (const [place, value] of changes) damaged[place % damaged.length] = value;
        expect(crash(() => parse({ payload: damaged.subarray(0, damaged.length - (cut % 8)) }))).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  test("parseMessages()", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(crash(() => parseMessages(Buffer.from(bytes)))).toBeUndefined();
      }),
    );
  });
});
