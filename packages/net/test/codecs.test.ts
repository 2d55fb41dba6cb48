import { expect, test } from "vitest";
import { NLA_F, parseAttributes } from "../src/netlink/attribute.ts";
import type { Codec } from "../src/netlink/codec.ts";
import { parseAddr } from "../src/rtnetlink/addr/addr.ts";
import { IFA, ifaddrmsg } from "../src/rtnetlink/addr/message.ts";
import { parseLink } from "../src/rtnetlink/link/link.ts";
import { IFLA, ifinfomsg } from "../src/rtnetlink/link/message.ts";
import { NDA, ndmsg } from "../src/rtnetlink/neigh/message.ts";
import { parseNeigh } from "../src/rtnetlink/neigh/neigh.ts";
import { TCA, tcmsg } from "../src/rtnetlink/qdisc/message.ts";
import { parseQdisc } from "../src/rtnetlink/qdisc/qdisc.ts";
import { RTA, rtmsg } from "../src/rtnetlink/route/message.ts";
import { parseRoute } from "../src/rtnetlink/route/route.ts";
import { fibRuleHdr, FRA } from "../src/rtnetlink/rule/message.ts";
import { parseRule } from "../src/rtnetlink/rule/rule.ts";
import * as captured from "./fixtures/messages.ts";

const MESSAGES = [
  ["a bridge", captured.linkWb0, ifinfomsg.size, IFLA],
  ["a port of a bridge", captured.linkWeb0, ifinfomsg.size, IFLA],
  ["a vxlan", captured.linkVx0, ifinfomsg.size, IFLA],
  ["a macvlan", captured.linkMv0, ifinfomsg.size, IFLA],
  ["an IPv4 address", captured.addr4, ifaddrmsg.size, IFA],
  ["an IPv6 address", captured.addr6, ifaddrmsg.size, IFA],
  ["a route of several ways", captured.routeMultipath, rtmsg.size, RTA],
  ["a default route", captured.routeDefault, rtmsg.size, RTA],
  ["a rule", captured.rule, fibRuleHdr.size, FRA],
  ["a neighbour", captured.neigh, ndmsg.size, NDA],
  ["a qdisc", captured.qdisc, tcmsg.size, TCA],
] as const;

for (const [title, message, header, table] of MESSAGES) {
  test(`the attributes of ${title} survive decoding and encoding, known and unknown`, () => {
    const data = message.subarray(header);
    const { encode, decode } = table as Codec<object>;
    const decoded = decode(data);
    const encoded = Buffer.from(encode(decoded));
    expect(decode(encoded)).toEqual(decoded);
    expect(sorted(encoded)).toEqual(sorted(data));
  });
}

/** The order and NLA_F_NESTED aside, which the kernel leaves out of some old messages. Longer structs are cut. */
function sorted(data: Buffer): string[] {
  const CUT = new Map([[23, 80]]);
  const nests = [18, 26];
  return parseAttributes(data)
    .map(({ type, flags, data: content }) => {
      const isLink = data.includes("IFLA") || nests.includes(type);
      return `${type} ${flags & ~NLA_F.NESTED} ${isLink ? content.length : content.subarray(0, CUT.get(type)).toString("hex")}`;
    })
    .toSorted();
}

test("parseLink() has what ip -d link shows", () => {
  expect(parseLink({ payload: captured.linkWb0 })).toMatchObject({
    name: "wb0",
    kind: "bridge",
    up: true,
    alias: "text",
    altNames: ["a-long-name-of-a-bridge"],
    data: { ageingTime: 1000, stpState: 0 },
    sysctls: { route_localnet: 0 },
  });
  expect(parseLink({ payload: captured.linkWeb0 })).toMatchObject({
    name: "web0",
    kind: "veth",
    portKind: "bridge",
    port: { hairpin: true, isolated: false },
  });
  expect(parseLink({ payload: captured.linkVx0 })).toMatchObject({
    kind: "vxlan",
    data: { id: 7, local: "10.0.0.1", dstport: 4789 },
  });
  expect(parseLink({ payload: captured.linkMv0 })).toMatchObject({ kind: "macvlan", data: { mode: "bridge" } });
});

test("the other messages have what ip shows", () => {
  expect(parseAddr({ payload: captured.addr4 })).toMatchObject({ family: "inet", local: "10.0.0.1", prefixlen: 24 });
  expect(parseAddr({ payload: captured.addr6 })).toMatchObject({ local: "fd00::1", validLft: Infinity });
  expect(parseRoute({ payload: captured.routeMultipath })).toMatchObject({
    to: "10.2.0.0/16",
    nexthops: [
      { via: "10.0.0.2", weight: 2 },
      { via: "10.0.0.3", weight: 1 },
    ],
  });
  expect(parseRoute({ payload: captured.routeDefault })).toMatchObject({ to: "default", metrics: { mtu: 1400 } });
  expect(parseRule({ payload: captured.rule })).toMatchObject({
    from: "10.0.0.0/8",
    fwmark: 1,
    fwmask: 255,
    table: 1000,
  });
  expect(parseNeigh({ payload: captured.neigh })).toMatchObject({ to: "10.0.0.9", state: "permanent" });
  expect(parseQdisc({ payload: captured.qdisc })).toMatchObject({ kind: "tbf", tbf: { rate: 125_000, burst: 32_768 } });
});

test("structs have the sizes of linux/*.h", () => {
  expect([ifinfomsg.size, ifaddrmsg.size, rtmsg.size, fibRuleHdr.size, ndmsg.size, tcmsg.size]).toEqual([
    16, 8, 12, 12, 12, 20,
  ]);
});
