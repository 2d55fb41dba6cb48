import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import {
  addrAdd,
  addrDelete,
  addrList,
  addrReplace,
  linkAdd,
  linkGet,
  linkSet,
  neighAdd,
  neighDelete,
  neighList,
  neighReplace,
  type NetlinkSocket,
  openNetlink,
  qdiscAdd,
  qdiscDelete,
  qdiscList,
  qdiscReplace,
  routeAdd,
  routeDelete,
  routeGet,
  routeList,
  routeReplace,
  ruleAdd,
  ruleDelete,
  ruleList,
} from "../src/index.ts";
import { errorOf, testNetns, type TestNetns } from "./namespace.ts";

leavesHostUnchanged();
const withIp = requires("root", "command:ip", "command:nsenter");

/** A namespace with a pair of links that are up. */
async function pair(): Promise<TestNetns & { readonly socket: NetlinkSocket }> {
  const netns = await testNetns();
  const socket = openNetlink("route", { netns: netns.pid });
  linkAdd({ name: "v0", kind: "veth", up: true, peer: { name: "v1" } }, socket);
  linkSet("v1", { up: true }, socket);
  return { ...netns, socket };
}

withIp("addrAdd(), addrReplace() and addrDelete() do what ip addr does", async () => {
  const { ip, socket } = await pair();
  using _ = socket;
  addrAdd("10.0.0.1/24", { dev: "v0", broadcast: "+", label: "v0:web" }, socket);
  addrAdd("10.9.0.1", { dev: "v0", peer: "10.9.0.2/32", noprefixroute: true, metric: 7 }, socket);
  addrAdd("fd00::1/64", { dev: "v0", nodad: true, validLft: 1000, preferredLft: 500 }, socket);
  const shown = ip("addr", "show", "v0")[0]?.["addr_info"];
  expect(shown).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        local: "10.0.0.1",
        prefixlen: 24,
        broadcast: "10.0.0.255",
        label: "v0:web",
        scope: "global",
      }),
      expect.objectContaining({
        local: "10.9.0.1",
        address: "10.9.0.2",
        prefixlen: 32,
        noprefixroute: true,
        metric: 7,
      }),
      expect.objectContaining({
        local: "fd00::1",
        prefixlen: 64,
        nodad: true,
        valid_life_time: expect.closeTo(1000, -1),
      }),
    ]),
  );
  const ours = addrList(socket, { dev: "v0" });
  expect(ours.map(({ local, prefixlen, scope }) => ({ local, prefixlen, scope }))).toEqual(
    (shown as Record<string, unknown>[]).map(({ local, prefixlen, scope }) => ({ local, prefixlen, scope })),
  );
  expect(ours.find(({ local }) => local === "10.9.0.1")).toMatchObject({
    peer: "10.9.0.2",
    metric: 7,
    noprefixroute: true,
  });
  expect(addrList(socket, { family: "inet6", dev: "v0" }).map(({ local }) => local)).toContain("fd00::1");

  expect(errorOf(() => addrAdd("10.0.0.1/24", { dev: "v0" }, socket))).toMatchObject({
    code: "EEXIST",
    messageType: "RTM_NEWADDR",
    hint: expect.stringContaining("addrReplace"),
    message: expect.stringMatching(/^ip addr add 10\.0\.0\.1\/24 dev v0: RTM_NEWADDR: EEXIST, File exists/),
  });
  addrReplace("fd00::1/64", { dev: "v0", validLft: 2000 }, socket);
  expect(addrList(socket, { dev: "v0" }).find(({ local }) => local === "fd00::1")?.validLft).toBeGreaterThan(1500);
  addrDelete("10.0.0.1/24", { dev: "v0" }, socket);
  expect(errorOf(() => addrDelete("10.0.0.1/24", { dev: "v0" }, socket))).toMatchObject({ code: "EADDRNOTAVAIL" });
  expect(errorOf(() => addrAdd("10.0.0.1/33", { dev: "v0" }, socket))).toMatchObject({ code: "WB_NET_VALUE" });
  expect(errorOf(() => addrAdd("10.0.0.1/24", { dev: "nowhere" }, socket))).toMatchObject({ code: "WB_NET_LINK" });
});

withIp("routeAdd(), routeReplace() and routeDelete() do what ip route does", async () => {
  const { ip, socket } = await pair();
  using _ = socket;
  addrAdd("10.0.0.1/24", { dev: "v0" }, socket);
  addrAdd("fd00::1/64", { dev: "v0", nodad: true }, socket);
  expect(errorOf(() => routeAdd({ to: "default", via: "10.7.0.1" }, socket))).toMatchObject({
    code: "ENETUNREACH",
    kernelText: "Nexthop has invalid gateway",
    hint: expect.stringContaining("onlink"),
  });
  routeAdd({ to: "default", via: "10.0.0.254" }, socket);
  routeAdd({ to: "10.1.0.0/16", dev: "v0", metric: 5, src: "10.0.0.1", metrics: { mtu: 1400, advmss: 1300 } }, socket);
  routeAdd({ to: "10.2.0.0/16", nexthops: [{ via: "10.0.0.2", weight: 2 }, { via: "10.0.0.3" }] }, socket);
  routeAdd({ to: "10.3.0.0/16", type: "unreachable", table: 1000, protocol: "static" }, socket);
  routeAdd({ to: "default", via: "fd00::2" }, socket);
  routeAdd({ to: "10.4.0.1", via: "10.200.0.1", dev: "v0", onlink: true }, socket);
  expect(errorOf(() => routeAdd({ to: "default", via: "10.0.0.253" }, socket))).toMatchObject({ code: "EEXIST" });

  const shown = ip("route", "show", "table", "main");
  expect(shown).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ dst: "default", gateway: "10.0.0.254", dev: "v0", protocol: "boot" }),
      expect.objectContaining({
        dst: "10.1.0.0/16",
        metric: 5,
        prefsrc: "10.0.0.1",
        scope: "link",
        metrics: [{ mtu: 1400, advmss: 1300 }],
      }),
      expect.objectContaining({ dst: "10.4.0.1", gateway: "10.200.0.1", flags: ["onlink"] }),
      expect.objectContaining({
        dst: "10.2.0.0/16",
        nexthops: [
          expect.objectContaining({ gateway: "10.0.0.2", weight: 2 }),
          expect.objectContaining({ gateway: "10.0.0.3", weight: 1 }),
        ],
      }),
    ]),
  );
  expect(ip("route", "show", "table", "1000")).toMatchObject([
    { type: "unreachable", dst: "10.3.0.0/16", protocol: "static" },
  ]);
  const ours = routeList(socket, { family: "inet" });
  expect(ours.map(({ to, via, metric }) => ({ to: to.replace("/32", ""), gateway: via, metric }))).toEqual(
    shown
      .map(({ dst, gateway, metric }) => ({ dst, gateway, metric }))
      .map(({ dst, gateway, metric }) => ({ to: dst, gateway, metric })),
  );
  expect(routeList(socket, { table: 1000 })).toMatchObject([{ to: "10.3.0.0/16", type: "unreachable", table: 1000 }]);
  expect(routeList(socket, { family: "inet6" }).find(({ to }) => to === "default")).toMatchObject({ via: "fd00::2" });
  expect(routeGet("10.1.2.3", socket)).toMatchObject({ to: "10.1.2.3/32", src: "10.0.0.1" });

  routeReplace({ to: "default", via: "10.0.0.253" }, socket);
  expect(ip("route", "show", "default")).toMatchObject([{ gateway: "10.0.0.253" }]);
  routeDelete({ to: "default" }, socket);
  expect(ip("route", "show", "default")).toEqual([]);
  expect(errorOf(() => routeDelete({ to: "default" }, socket))).toMatchObject({ code: "ESRCH" });
  expect(errorOf(() => routeGet("192.0.2.1", socket))).toMatchObject({ code: "ENETUNREACH" });
});

withIp("ruleAdd() and ruleDelete() do what ip rule does", async () => {
  const { ip, socket } = await pair();
  using _ = socket;
  ruleAdd({ from: "10.0.0.0/8", fwmark: 1, fwmask: 255, iif: "v0", table: 1000, priority: 100 }, socket);
  ruleAdd({ to: "fd00::/8", action: "prohibit", priority: 101 }, socket);
  ruleAdd(
    { not: true, dport: { start: 80, end: 90 }, ipproto: 6, table: "main", suppressPrefixlength: 0, priority: 102 },
    socket,
  );
  expect(ip("rule", "show")).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        priority: 100,
        src: "10.0.0.0",
        srclen: 8,
        fwmark: "0x1",
        fwmask: "0xff",
        iif: "v0",
        table: "1000",
      }),
      expect.objectContaining({
        priority: 102,
        not: null,
        ipproto: "tcp",
        dport_start: 80,
        dport_end: 90,
        suppress_prefixlen: 0,
      }),
    ]),
  );
  expect(ip("-6", "rule", "show")).toEqual(
    expect.arrayContaining([expect.objectContaining({ priority: 101, dst: "fd00::", action: "prohibit" })]),
  );
  expect(ruleList(socket, { family: "inet" }).map(({ priority }) => priority)).toEqual([0, 100, 102, 32_766, 32_767]);
  expect(ruleList(socket).find(({ priority }) => priority === 100)).toMatchObject({
    from: "10.0.0.0/8",
    table: 1000,
    iif: "v0",
    not: false,
  });
  expect(errorOf(() => ruleAdd({ to: "fd00::/8", action: "prohibit", priority: 101 }, socket)).code).toBe("EEXIST");
  ruleDelete({ priority: 100 }, socket);
  ruleDelete({ priority: 101, family: "inet6" }, socket);
  expect(errorOf(() => ruleDelete({ priority: 100 }, socket)).code).toBe("ENOENT");
});

withIp("neighAdd(), neighReplace() and neighDelete() do what ip neigh does", async () => {
  const { ip, socket } = await pair();
  using _ = socket;
  neighAdd({ to: "10.0.0.9", dev: "v0", lladdr: "02:00:00:00:00:09" }, socket);
  neighAdd({ to: "fd00::9", dev: "v0", lladdr: "02:00:00:00:00:09", nud: "stale", router: true }, socket);
  neighAdd({ to: "10.0.0.10", dev: "v0", proxy: true }, socket);
  expect(ip("neigh", "show")).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ dst: "10.0.0.9", dev: "v0", lladdr: "02:00:00:00:00:09", state: ["PERMANENT"] }),
      expect.objectContaining({ dst: "fd00::9", router: null, state: ["STALE"] }),
    ]),
  );
  expect(ip("neigh", "show", "proxy")).toMatchObject([{ dst: "10.0.0.10" }]);
  expect(neighList(socket, { dev: "v0", family: "inet" })).toMatchObject([{ to: "10.0.0.9", state: "permanent" }]);
  expect(neighList(socket, { proxy: true })).toMatchObject([{ to: "10.0.0.10", proxy: true }]);
  expect(errorOf(() => neighAdd({ to: "10.0.0.9", dev: "v0", lladdr: "02:00:00:00:00:08" }, socket)).code).toBe(
    "EEXIST",
  );
  neighReplace({ to: "10.0.0.9", dev: "v0", lladdr: "02:00:00:00:00:08" }, socket);
  expect(neighList(socket, { dev: "v0", family: "inet" })).toMatchObject([{ lladdr: "02:00:00:00:00:08" }]);
  neighDelete({ to: "10.0.0.9", dev: "v0" }, socket);
  neighDelete({ to: "10.0.0.10", dev: "v0", proxy: true }, socket);
  expect(neighList(socket, { dev: "v0", family: "inet" }).filter(({ state }) => state === "permanent")).toEqual([]);
});

requires(
  "root",
  "command:ip",
  "command:nsenter",
  "command:tc",
)("qdiscAdd() limits as tc shows it", async () => {
  const { run, socket } = await pair();
  using _ = socket;
  const shown = (): unknown => JSON.parse(run("tc", "-j", "qdisc", "show", "dev", "v0"));
  const limits = { dev: "v0", kind: "tbf", burst: 32_768, latency: 50 } as const;
  qdiscAdd({ ...limits, rate: 125_000 }, socket);
  expect(shown()).toMatchObject([{ kind: "tbf", root: true, options: { rate: 125_000, burst: 32_768, lat: 50_000 } }]);
  qdiscReplace({ ...limits, rate: 10_000_000_000 }, socket);
  expect(qdiscList(socket, { dev: "v0" })).toMatchObject([
    { index: linkGet("v0", socket).index, tbf: { rate: 10_000_000_000 } },
  ]);
  expect(shown()).toMatchObject([{ options: { rate: 10_000_000_000 } }]);
  expect(errorOf(() => qdiscAdd({ ...limits, rate: 1 }, socket)).code).toBe("EEXIST");
  expect(errorOf(() => qdiscAdd({ ...limits, rate: 0 }, socket)).code).toBe("WB_NET_VALUE");
  qdiscDelete("v0", socket);
  expect(qdiscList(socket, { dev: "v0" }).filter(({ kind }) => kind === "tbf")).toEqual([]);
});
