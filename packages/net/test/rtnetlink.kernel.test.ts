import { leavesHostUnchanged, requires } from "@wb/testing";
import { describe, expect } from "vitest";
import {
  addrAdd,
  addrDelete,
  addrList,
  addrReplace,
  batch,
  bridgePortSet,
  linkAdd,
  linkDelete,
  linkFind,
  linkGet,
  linkList,
  linkPropertyAdd,
  linkSet,
  openNetlink,
  planAddrAdd,
  planLinkAdd,
  planLinkSet,
  planRouteAdd,
  routeAdd,
  routeDelete,
  routeGet,
  routeList,
  routeReplace,
} from "../src/index.ts";
import { TestNetns } from "./support/topology.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:ip");

/** What `ip -j` says. */
function ipJson(netns: TestNetns, what: string): Record<string, unknown>[] {
  return JSON.parse(netns.run("ip", "-d", "-j", ...what.split(" ")));
}

/** All that ip(8) says of a namespace, but for counters. */
function seen(netns: TestNetns): unknown {
  return [ipJson(netns, "link show"), ipJson(netns, "addr show"), ipJson(netns, "route show table all")];
}

describe("links", () => {
  kernel("linkAdd() makes what `ip link add` makes", async () => {
    await using ours = new TestNetns("ours");
    await using theirs = new TestNetns("theirs");
    const where = { netns: ours.name };
    linkAdd(
      {
        name: "br0",
        kind: "bridge",
        mtu: 1400,
        address: "02:42:00:00:00:01",
        data: { ageingTime: 10_000, stpState: 1 },
      },
      where,
    );
    theirs.ip("link add br0 mtu 1400 address 02:42:00:00:00:01 type bridge ageing_time 10000 stp_state 1");
    linkAdd(
      {
        name: "v0",
        kind: "veth",
        up: true,
        address: "02:42:00:00:00:02",
        peer: { name: "v1", mtu: 1300, address: "02:42:00:00:00:03" },
      },
      where,
    );
    theirs.ip("link add v0 up address 02:42:00:00:00:02 type veth peer name v1 mtu 1300 address 02:42:00:00:00:03");
    linkAdd(
      { name: "mv0", kind: "macvlan", link: "v1", address: "02:42:00:00:00:04", data: { mode: "bridge" } },
      where,
    );
    theirs.ip("link add mv0 link v1 address 02:42:00:00:00:04 type macvlan mode bridge");
    linkAdd({ name: "vx0", kind: "vxlan", address: "02:42:00:00:00:05", data: { id: 42, dstport: 4789 } }, where);
    theirs.ip("link add vx0 address 02:42:00:00:00:05 type vxlan id 42 dstport 4789");
    linkAdd({ name: "ifb7", kind: "ifb", address: "02:42:00:00:00:06" }, where);
    theirs.ip("link add ifb7 address 02:42:00:00:00:06 type ifb");
    const links = (netns: TestNetns) =>
      ipJson(netns, "link show").filter(({ ifname }) => /^(br0|v0|v1|mv0|vx0|ifb7)$/.test(String(ifname)));
    expect(links(ours)).toHaveLength(6);
    const text = (netns: TestNetns) =>
      JSON.stringify(
        links(netns),
        (key, value) => (/timer|ifindex|id$/.test(key) && key !== "id" ? undefined : value),
        1,
      );
    expect(text(ours)).toBe(text(theirs));
  });

  kernel("linkSet() changes all of its settings at once, and bridgePortSet() those of a port", async () => {
    await using host = new TestNetns("host");
    const where = { netns: host.name };
    linkAdd({ name: "br0", kind: "bridge" }, where);
    linkAdd({ name: "v0", kind: "veth", peer: { name: "v1" } }, where);
    linkSet(
      "v0",
      { name: "web", mtu: 1280, address: "02:42:00:00:00:09", alias: "the web", master: "br0", up: true },
      where,
    );
    bridgePortSet("web", { hairpin: true, isolated: true, guard: true }, where);
    linkPropertyAdd("web", ["another-name-of-the-link"], where);
    expect(ipJson(host, "link show web")).toMatchObject([
      {
        ifname: "web",
        mtu: 1280,
        address: "02:42:00:00:00:09",
        ifalias: "the web",
        master: "br0",
        altnames: ["another-name-of-the-link"],
        linkinfo: { info_slave_data: { hairpin: true, isolated: true, guard: true } },
      },
    ]);
    expect(linkGet("another-name-of-the-link", where)).toMatchObject({
      name: "web",
      kind: "veth",
      alias: "the web",
      port: { hairpin: true },
    });
    linkSet("web", { master: null, up: false, sysctls: { route_localnet: 1 } }, where);
    expect(linkFind("web", where)).toMatchObject({ up: false, sysctls: { route_localnet: 1 } });
    expect(linkFind("web", where)).not.toHaveProperty("master");
    expect(host.run("sysctl", "-n", "net.ipv4.conf.web.route_localnet")).toBe("1\n");
  });

  kernel("linkSet() moves a link to the namespace of a process, of a name and of an open file", async () => {
    await using host = new TestNetns("host");
    await using other = new TestNetns("other");
    linkAdd({ name: "v0", kind: "veth", peer: { name: "v1", netns: other.name } }, { netns: host.name });
    linkSet("v0", { netns: other.name }, { netns: host.name });
    expect(linkList({ netns: other.name }).map(({ name }) => name)).toEqual(expect.arrayContaining(["v0", "v1"]));
    linkSet("v0", { netns: `/run/netns/${host.name}` }, { netns: other.name });
    expect(linkFind("v0", { netns: host.name })).toBeDefined();
  });

  kernel("linkList() lists what `ip link` lists", async () => {
    await using host = new TestNetns("host");
    for (let n = 0; n < 60; n++)
      linkAdd({ name: `v${n}`, kind: "veth", peer: { name: `w${n}` } }, { netns: host.name });
    const listed = linkList({ netns: host.name }).map(({ index, name, address, mtu }) => [index, name, address, mtu]);
    const shown = ipJson(host, "link show").map(({ ifindex, ifname, address, mtu }) => [ifindex, ifname, address, mtu]);
    expect(listed.filter(([, name]) => /^[vw]\d/.test(String(name)))).toHaveLength(120);
    const byIndex = (rows: unknown[][]) => rows.toSorted(([a], [b]) => Number(a) - Number(b));
    expect(byIndex(listed)).toEqual(byIndex(shown));
  });

  kernel.for([
    [
      { name: "sixteen-letters-", kind: "bridge" },
      { code: "WB_NET_NAME", message: expect.stringContaining("it has 16 bytes, and 15 are the most") },
    ],
    [{ name: "a/b", kind: "bridge" }, { code: "WB_NET_NAME" }],
    [
      { name: "lo", kind: "bridge" },
      { code: "EEXIST", message: "ip link add lo type bridge: RTM_NEWLINK: EEXIST, File exists" },
    ],
    [{ name: "d0", kind: "nlmon", link: "none" }, { code: "WB_NET_LINK" }],
  ] as const)("linkAdd() refuses %j", async ([link, error]) => {
    await using host = new TestNetns("host");
    const before = seen(host);
    expect(() => linkAdd(link as Parameters<typeof linkAdd>[0], { netns: host.name })).toThrow(
      expect.objectContaining(error),
    );
    expect(seen(host)).toEqual(before);
  });

  kernel("linkDelete() deletes a link, and says when there is none", async () => {
    await using host = new TestNetns("host");
    const where = { netns: host.name };
    linkAdd({ name: "br0", kind: "bridge" }, where);
    linkDelete("br0", where);
    expect(linkFind("br0", where)).toBeUndefined();
    expect(() => linkDelete("br0", where)).toThrow(expect.objectContaining({ code: "ENODEV" }));
    expect(() => linkGet("br0", where)).toThrow('there is no link "br0"');
    expect(() => linkGet("br0", { netns: "wb-test-none" })).toThrow(expect.objectContaining({ code: "WB_NET_NETNS" }));
  });
});

kernel("addresses are added, replaced, listed and deleted as `ip addr` has them", async () => {
  await using host = new TestNetns("host");
  const where = { netns: host.name };
  linkAdd({ name: "br0", kind: "bridge", up: true }, where);
  addrAdd("10.244.244.1/24", { dev: "br0", broadcast: "+", label: "br0:one" }, where);
  addrAdd("10.0.0.1/32", { dev: "br0", peer: "10.0.0.2/32", scope: "link" }, where);
  addrAdd("fd00::1/64", { dev: "br0", nodad: true, noprefixroute: true }, where);
  addrAdd("fd00::2/64", { dev: "br0", nodad: true, validLft: 3600, preferredLft: 1800 }, where);
  addrReplace("fd00::2/64", { dev: "br0", nodad: true }, where);
  const infos = ipJson(host, "addr show dev br0")[0]!["addr_info"] as Record<string, unknown>[];
  const lasting = infos.filter(({ local }) => !String(local).startsWith("fe80:"));
  expect(lasting).toMatchObject([
    { local: "10.0.0.1", address: "10.0.0.2", prefixlen: 32, scope: "link" },
    { local: "10.244.244.1", prefixlen: 24, broadcast: "10.244.244.255", scope: "global", label: "br0:one" },
    { local: "fd00::2", prefixlen: 64, valid_life_time: 4294967295 },
    { local: "fd00::1", prefixlen: 64, noprefixroute: true },
  ]);
  const listed = addrList(where, { dev: "br0" });
  expect(listed.map(({ local }) => local)).toEqual(infos.map(({ local }) => local));
  expect(() => addrAdd("10.244.244.1/24", { dev: "br0" }, where)).toThrow(
    expect.objectContaining({ code: "EEXIST", hint: expect.stringContaining("addrReplace") }),
  );
  expect(() => addrAdd("10.244.244.300/24", { dev: "br0" }, where)).toThrow('no IP address: "10.244.244.300"');
  addrDelete("10.244.244.1/24", { dev: "br0" }, where);
  expect(() => addrDelete("10.244.244.1/24", { dev: "br0" }, where)).toThrow(
    expect.objectContaining({ code: "EADDRNOTAVAIL" }),
  );
});

kernel("routes are added, replaced, listed, asked for and deleted as `ip route` has them", async () => {
  await using host = new TestNetns("host");
  const where = { netns: host.name };
  linkAdd({ name: "br0", kind: "bridge", up: true }, where);
  addrAdd("10.0.0.1/24", { dev: "br0" }, where);
  addrAdd("fd00::1/64", { dev: "br0", nodad: true }, where);
  routeAdd({ to: "default", via: "10.0.0.254" }, where);
  routeAdd({ to: "192.0.2.0/24", via: "10.0.0.253", metric: 7, src: "10.0.0.1", metrics: { mtu: 1300 } }, where);
  routeAdd({ to: "198.51.100.0/24", type: "blackhole" }, where);
  routeAdd({ to: "203.0.113.0/24", dev: "br0", table: 100 }, where);
  routeAdd({ to: "2001:db8::/32", via: "fd00::ff" }, where);
  routeReplace({ to: "default", via: "10.0.0.252" }, where);
  expect(ipJson(host, "route show")).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ dst: "default", gateway: "10.0.0.252", dev: "br0" }),
      expect.objectContaining({ dst: "192.0.2.0/24", metric: 7, prefsrc: "10.0.0.1", metrics: [{ mtu: 1300 }] }),
      expect.objectContaining({ type: "blackhole", dst: "198.51.100.0/24" }),
    ]),
  );
  expect(ipJson(host, "route show table 100")).toMatchObject([{ dst: "203.0.113.0/24", dev: "br0", scope: "link" }]);
  expect(ipJson(host, "-6 route show")).toEqual(
    expect.arrayContaining([expect.objectContaining({ dst: "2001:db8::/32", gateway: "fd00::ff" })]),
  );
  expect(routeGet("192.0.2.9", where)).toMatchObject({ via: "10.0.0.253" });
  const listed = routeList(where).map(({ to, via = "" }) => `${to} ${via}`);
  expect(listed).toEqual(
    expect.arrayContaining(["default 10.0.0.252", "192.0.2.0/24 10.0.0.253", "2001:db8::/32 fd00::ff"]),
  );
  expect(() => routeAdd({ to: "default", via: "172.16.0.1" }, where)).toThrow(
    expect.objectContaining({
      code: "ENETUNREACH",
      kernelText: expect.stringContaining("gateway"),
      hint: expect.any(String),
    }),
  );
  routeDelete({ to: "192.0.2.0/24", metric: 7 }, where);
  expect(() => routeDelete({ to: "192.0.2.0/24", metric: 7 }, where)).toThrow(
    expect.objectContaining({ code: "ESRCH" }),
  );
});

describe("batch()", () => {
  const changes = [
    planLinkAdd({ name: "br0", kind: "bridge" }),
    planLinkSet("br0", { up: true }),
    planAddrAdd("10.0.0.1/24", { dev: "br0" }),
    planRouteAdd({ to: "default", via: "10.0.0.254" }),
  ];

  kernel("does all of it, in one socket", async () => {
    await using host = new TestNetns("host");
    using socket = openNetlink("route", { netns: host.name });
    batch(changes, socket);
    expect(ipJson(host, "route show default")).toMatchObject([{ gateway: "10.0.0.254", dev: "br0" }]);
  });

  kernel("leaves nothing where one is refused, whichever it is", async () => {
    await using host = new TestNetns("host");
    host.ip("link set lo up");
    const before = seen(host);
    const wrong = planRouteAdd({ to: "192.0.2.0/24", via: "172.16.0.1" });
    for (let place = 0; place <= changes.length; place++) {
      expect(() => batch(changes.toSpliced(place, 0, wrong), { netns: host.name })).toThrow(
        /172\.16\.0\.1: RTM_NEWROUTE: E/,
      );
      expect([place, seen(host)]).toEqual([place, before]);
    }
  });
});
