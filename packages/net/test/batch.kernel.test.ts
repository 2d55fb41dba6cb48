import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import {
  addrList,
  batch,
  type Change,
  linkAdd,
  linkGet,
  linkList,
  openNetlink,
  planAddrAdd,
  planAddrDelete,
  planLinkAdd,
  planLinkSet,
  planRouteAdd,
  planRouteReplace,
  planRuleAdd,
  routeAdd,
  routeList,
  ruleList,
} from "../src/index.ts";
import { errorOf, testNetns } from "./namespace.ts";

leavesHostUnchanged();
const withIp = requires("root", "command:ip", "command:nsenter");

withIp("batch() sets a container's network up, and leaves nothing when its third message fails", async () => {
  const [inside, outside] = [await testNetns(), await testNetns()];
  const changes = (gateway: string): Change[] => [
    planLinkAdd({ name: "eth0", index: 2, kind: "veth", up: true, peer: { name: "host0", netns: outside.pid } }),
    planAddrAdd("10.0.0.2/24", { dev: 2 }),
    planRouteAdd({ to: "default", via: gateway }),
    planRuleAdd({ fwmark: 1, table: 1000, priority: 10 }),
  ];
  const error = errorOf(() => batch(changes("10.7.0.1"), { netns: inside.pid }));
  expect(error).toMatchObject({ code: "ENETUNREACH", command: "ip route add default via 10.7.0.1" });
  expect(inside.ip("link", "show").map(({ ifname }) => ifname)).toEqual(["lo"]);
  expect(outside.ip("link", "show").map(({ ifname }) => ifname)).toEqual(["lo"]);
  expect(ruleList({ netns: inside.pid }, { family: "inet" })).toHaveLength(3);

  batch([planLinkSet("lo", { up: true }), ...changes("10.0.0.1")], { netns: inside.pid });
  expect(inside.ip("route", "show", "default")).toMatchObject([{ gateway: "10.0.0.1", dev: "eth0" }]);
  expect(inside.ip("link", "show", "lo")[0]?.["flags"]).toContain("UP");
});

withIp("batch() puts back what it changed, replaced and deleted", async () => {
  const netns = await testNetns();
  using socket = openNetlink("route", { netns: netns.pid });
  linkAdd({ name: "v0", kind: "veth", up: true, peer: { name: "v1" } }, socket);
  batch([planLinkSet("v1", { up: true }), planAddrAdd("10.0.0.1/24", { dev: "v0" })], socket);
  routeAdd({ to: "default", via: "10.0.0.254", metrics: { mtu: 1400 } }, socket);
  const state = (): unknown => [
    linkGet("v0", socket).mtu,
    linkList(socket).map(({ name, up, alias, sysctls }) => [name, up, alias, sysctls]),
    addrList(socket, { family: "inet" }).map(({ local, prefixlen }) => [local, prefixlen]),
    routeList(socket, { family: "inet" }),
  ];
  const before = state();
  const failing = planLinkSet("nowhere", { up: true });
  expect(
    errorOf(() =>
      batch(
        [
          planLinkSet("v0", { mtu: 1300, alias: "changed", sysctls: { route_localnet: 1 } }),
          planLinkSet("v1", { name: "renamed" }),
          planRouteReplace({ to: "default", via: "10.0.0.253" }),
          failing,
          planLinkAdd({ name: "later", kind: "bridge" }),
        ],
        socket,
      ),
    ),
  ).toMatchObject({ code: "ENODEV" });
  expect(state()).toEqual(before);
  expect(errorOf(() => batch([planAddrDelete("10.0.0.1/24", { dev: "v0" }), failing], socket)).code).toBe("ENODEV");
  expect(addrList(socket, { dev: "v0", family: "inet" })).toMatchObject([{ local: "10.0.0.1", prefixlen: 24 }]);
  // By its old name, of a link that the batch itself makes.
  expect(
    errorOf(() =>
      batch([planLinkAdd({ name: "new", kind: "bridge" }), planLinkSet("new", { name: "newer" }), failing], socket),
    ).code,
  ).toBe("ENODEV");
  expect(
    linkList(socket)
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(["lo", "v0", "v1"]);
});

withIp("batch() sends a thousand messages, and takes a thousand back", async () => {
  const netns = await testNetns();
  using socket = openNetlink("route", { netns: netns.pid });
  linkAdd({ name: "br", kind: "bridge", up: true }, socket);
  const many = Array.from({ length: 1000 }, (_, number) =>
    planAddrAdd(`10.0.${number >> 8}.${number & 255}/32`, { dev: "br" }),
  );
  expect(errorOf(() => batch([...many, planAddrAdd("10.0.0.0/32", { dev: "br" })], socket)).code).toBe("EEXIST");
  expect(addrList(socket, { dev: "br", family: "inet" })).toEqual([]);
  batch(many, socket);
  expect(addrList(socket, { dev: "br", family: "inet" })).toHaveLength(1000);
  expect(netns.ip("-4", "addr", "show", "br")[0]?.["addr_info"]).toHaveLength(1000);
});
