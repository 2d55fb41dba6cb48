import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import { bridgeNetworkUp, connect, disconnect, natReload } from "../src/index.ts";
import { TestNetns } from "./support/topology.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:ip");

const NETWORK = { bridge: "wb0", gateways: ["10.88.0.1/16", "fd00:88::1/64"] };

function connection(netns: TestNetns, last: number) {
  return {
    netns: netns.name,
    host: `web${last}`,
    bridge: "wb0",
    addresses: [`10.88.0.${last}/16`, `fd00:88::${last}/64`],
    gateways: ["10.88.0.1", "fd00:88::1"],
  };
}

/** What `ip` says of links, addresses and routes, but for time and for what depends on whether a bridge has ports. */
function seen(netns: TestNetns): string {
  return ["link show", "addr show", "route show table all", "-6 route show table all"]
    .map((what) => netns.run("ip", "-o", ...what.split(" ")))
    .join("")
    .replaceAll(/^.*fe80:.*\n/gm, "")
    .replaceAll(/ (valid|preferred)_lft \S+| linkdown| tentative|,LOWER_UP|,NO-CARRIER|NO-CARRIER,| state \w+/g, "");
}

kernel("connect() connects namespaces to a bridge and to each other, on IPv4 and IPv6, at once", async () => {
  await using host = new TestNetns("host");
  await using web = new TestNetns("web");
  await using peer = new TestNetns("peer");
  const where = { netns: host.name };
  bridgeNetworkUp(NETWORK, where);
  connect(connection(web, 2), where);
  connect({ ...connection(peer, 3), name: "net1", mac: "02:42:0a:58:00:03", mtu: 1400 }, where);
  expect(JSON.parse(web.run("ip", "-j", "addr", "show", "eth0"))).toMatchObject([
    {
      operstate: "UP",
      addr_info: [
        { local: "10.88.0.2", prefixlen: 16, broadcast: "10.88.255.255" },
        { local: "fd00:88::2", prefixlen: 64 },
        { scope: "link" },
      ],
    },
  ]);
  expect(JSON.parse(peer.run("ip", "-j", "link", "show", "net1"))).toMatchObject([
    { address: "02:42:0a:58:00:03", mtu: 1400 },
  ]);
  expect(JSON.parse(host.run("ip", "-j", "-d", "link", "show", "web2"))).toMatchObject([
    { master: "wb0", operstate: "UP", linkinfo: { info_slave_data: { hairpin: true, isolated: false } } },
  ]);
  for (const address of ["10.88.0.2", "fd00:88::2"]) await web.serve(address, 80);
  expect(await peer.ask("10.88.0.2", 80)).toBe("10.88.0.3 hello");
  expect(await peer.ask("fd00:88::2", 80)).toBe("fd00:88::3 hello");
  expect(await host.ask("10.88.0.2", 80)).toBe("10.88.0.1 hello");
  expect(await host.ask("fd00:88::2", 80)).toBe("fd00:88::1 hello");
});

kernel("connect() leaves nothing when it is refused, and disconnect() leaves nothing at all", async () => {
  await using host = new TestNetns("host");
  await using web = new TestNetns("web");
  const where = { netns: host.name };
  web.ip("link set lo up");
  const before = () => [seen(host), seen(web)];
  const empty = before();
  expect(() => connect(connection(web, 2), where)).toThrow(expect.objectContaining({ code: "WB_NET_LINK" }));
  expect(before()).toEqual(empty);
  bridgeNetworkUp(NETWORK, where);
  const ready = before();
  const wrong = [
    [{ host: "a-name-too-long-" }, "WB_NET_NAME"],
    [{ name: "lo" }, "EEXIST"],
    [{ gateways: ["10.99.0.1"] }, "ENETUNREACH"],
    [{ addresses: ["10.88.0.2/16", "10.88.0.2/16"] }, "EEXIST"],
    [{ bridge: "lo" }, "EOPNOTSUPP"],
  ] as const;
  for (const [part, code] of wrong) {
    expect(() => connect({ ...connection(web, 2), ...part }, where)).toThrow(expect.objectContaining({ code }));
    expect([part, before()]).toEqual([part, ready]);
  }
  connect(connection(web, 2), where);
  expect(() => connect(connection(web, 2), where)).toThrow(expect.objectContaining({ code: "EEXIST" }));
  disconnect({ host: "web2" }, where);
  disconnect({ host: "web2" }, where);
  expect(before()).toEqual(ready);
});

kernel("bridgeNetworkUp() puts right what somebody changed, and refuses a link of another kind", async () => {
  await using host = new TestNetns("host");
  const where = { netns: host.name };
  bridgeNetworkUp(NETWORK, where);
  const made = seen(host);
  host.ip("link set wb0 down", "addr flush dev wb0");
  host.run("sysctl", "-qw", "net.ipv4.conf.wb0.route_localnet=0");
  bridgeNetworkUp(NETWORK, where);
  expect(seen(host)).toBe(made);
  expect(host.run("sysctl", "-n", "net.ipv4.conf.wb0.route_localnet")).toBe("1\n");
  host.ip("link add other type veth peer name another");
  expect(() => bridgeNetworkUp({ ...NETWORK, bridge: "other" }, where)).toThrow(/other is a veth and no bridge/);
});

kernel("an isolated container reaches the machine, and no other container", async () => {
  await using host = new TestNetns("host");
  await using web = new TestNetns("web");
  await using peer = new TestNetns("peer");
  const where = { netns: host.name };
  bridgeNetworkUp(NETWORK, where);
  natReload({ networks: [{ bridge: "wb0", subnets: ["10.88.0.0/16"] }], ports: [] }, where);
  connect({ ...connection(web, 2), isolated: true }, where);
  connect({ ...connection(peer, 3), isolated: true }, where);
  await web.serve("10.88.0.2", 80);
  await host.serve("10.88.0.1", 80);
  expect(await peer.ask("10.88.0.1", 80)).toBe("10.88.0.3 hello");
  expect(await peer.ask("10.88.0.2", 80)).toMatch(/no answer|EHOSTUNREACH/);
});
