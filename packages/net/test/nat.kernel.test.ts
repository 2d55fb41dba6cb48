import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import {
  isNatIntact,
  natAddNetworks,
  natReload,
  natRemove,
  natRemoveNetworks,
  publish,
  unpublish,
} from "../src/index.ts";
import { TestNetns } from "./support/topology.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:ip", "command:nft");

/** A machine with two networks of two containers each, and another machine beside it. */
async function machines() {
  await using stack = new AsyncDisposableStack();
  const make = (what: string): TestNetns => stack.use(new TestNetns(what));
  const [host, outside] = [make("host"), make("outside")];
  host.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
  host.ip(`link add out type veth peer name eth0 netns ${outside.name}`, "link set out up");
  host.ip("addr add 192.0.2.1/24 dev out", "addr add 2001:db8::1/64 dev out nodad");
  outside.ip("link set eth0 up", "addr add 192.0.2.2/24 dev eth0", "addr add 2001:db8::2/64 dev eth0 nodad");
  const containers = [1, 2].flatMap((network) => {
    host.ip(`link add wb${network} type bridge`, `link set wb${network} up`);
    host.ip(`addr add 10.88.${network}.1/24 dev wb${network}`, `addr add fd00:${network}::1/64 dev wb${network} nodad`);
    host.run("sysctl", "-qw", `net.ipv4.conf.wb${network}.route_localnet=1`);
    return [2, 3].map((last) => {
      const container = make(`c${network}${last}`);
      host.ip(
        `link add v${network}${last} type veth peer name eth0 netns ${container.name}`,
        `link set v${network}${last} master wb${network} up`,
        `link set v${network}${last} type bridge_slave hairpin on`,
      );
      container.ip("link set eth0 up", `addr add 10.88.${network}.${last}/24 dev eth0`);
      container.ip(`addr add fd00:${network}::${last}/64 dev eth0 nodad`);
      container.ip(`route add default via 10.88.${network}.1`, `route add default via fd00:${network}::1`);
      return container;
    });
  });
  const [web, peer, other] = containers as [TestNetns, TestNetns, TestNetns];
  const moved = stack.move();
  return { host, outside, web, peer, other, [Symbol.asyncDispose]: () => moved.disposeAsync() };
}

const NETWORKS = [
  { bridge: "wb1", subnets: ["10.88.1.0/24", "fd00:1::/64"] },
  { bridge: "wb2", subnets: ["10.88.2.0/24", "fd00:2::/64"] },
] as const;

const to4 = { address: "10.88.1.2", port: 80 };
const to6 = { address: "fd00:1::2", port: 80 };

kernel("publish() makes a port answer from everywhere, on TCP and UDP, IPv4 and IPv6", async () => {
  await using it = await machines();
  const { host, outside, web, peer, other } = it;
  const where = { netns: host.name };
  await web.serve("0.0.0.0", 80);
  await web.serve("::", 80);
  natReload({ networks: NETWORKS, ports: [] }, where);
  expect(await outside.ask("192.0.2.1", 18081)).toBe("ECONNREFUSED");
  const both = (["tcp", "udp"] as const).flatMap((protocol) => [
    { port: 18081, protocol, to: to4 },
    { port: 18081, protocol, to: to6 },
  ]);
  publish([...both, { address: "127.0.0.1", port: 18080, to: to4 }], where);
  for (const protocol of ["tcp", "udp"] as const) {
    expect(await outside.ask("192.0.2.1", 18081, protocol)).toBe("192.0.2.2 hello");
    expect(await outside.ask("2001:db8::1", 18081, protocol)).toBe("2001:db8::2 hello");
    expect(await host.ask("192.0.2.1", 18081, protocol)).toBe("192.0.2.1 hello");
    expect(await host.ask("127.0.0.1", 18081, protocol)).toBe("10.88.1.1 hello");
    expect(await host.ask("10.88.1.1", 18081, protocol)).toBe("10.88.1.1 hello");
    expect(await host.ask("2001:db8::1", 18081, protocol)).toBe("2001:db8::1 hello");
    // Itself, another one of its network, and one of another network.
    expect(await web.ask("192.0.2.1", 18081, protocol)).toBe("10.88.1.1 hello");
    expect(await peer.ask("10.88.1.1", 18081, protocol)).toBe("10.88.1.1 hello");
    expect(await peer.ask("2001:db8::1", 18081, protocol)).toBe("fd00:1::1 hello");
    expect(await other.ask("192.0.2.1", 18081, protocol)).toBe("10.88.1.1 hello");
  }
  expect(await host.ask("127.0.0.1", 18080)).toBe("10.88.1.1 hello");
  expect(await outside.ask("192.0.2.1", 18080)).toBe("ECONNREFUSED");
  unpublish([...both, { address: "127.0.0.1", port: 18080, to: to4 }], where);
  expect(await outside.ask("192.0.2.1", 18081)).toBe("ECONNREFUSED");
  expect(await host.ask("127.0.0.1", 18080)).toBe("ECONNREFUSED");
});

kernel(
  "containers reach their own network and the outside, and neither another network nor what is not published",
  async () => {
    await using it = await machines();
    const { host, outside, web, peer, other } = it;
    const where = { netns: host.name };
    await web.serve("0.0.0.0", 80);
    await outside.serve("192.0.2.2", 80);
    await outside.serve("2001:db8::2", 80);
    natReload({ networks: NETWORKS, ports: [] }, where);
    expect(await web.ask("192.0.2.2", 80)).toBe("192.0.2.1 hello");
    expect(await web.ask("2001:db8::2", 80)).toBe("2001:db8::1 hello");
    expect(await peer.ask("10.88.1.2", 80)).toBe("10.88.1.3 hello");
    expect(await host.ask("10.88.1.2", 80)).toBe("10.88.1.1 hello");
    expect(await other.ask("10.88.1.2", 80)).toBe("no answer");
    // By a route that it makes itself, and to 127.0.0.1 by one of its own tables: CVE-2020-8558.
    outside.ip("route add 10.88.1.0/24 via 192.0.2.1");
    expect(await outside.ask("10.88.1.2", 80)).toBe("no answer");
    outside.run("sysctl", "-qw", "net.ipv4.conf.eth0.route_localnet=1");
    outside.ip("addr del 127.0.0.1/8 dev lo", "route add 127.0.0.1 via 192.0.2.1");
    publish([{ address: "127.0.0.1", port: 18080, to: to4 }], where);
    expect(await outside.ask("127.0.0.1", 18080)).toBe("no answer");
    natRemoveNetworks([NETWORKS[1]], where);
    natAddNetworks([{ ...NETWORKS[1], internal: true }], where);
    expect(await other.ask("192.0.2.2", 80)).toBe("no answer");
  },
);

kernel("publish() refuses a port that is published, and publishes none of the others", async () => {
  await using host = new TestNetns("host");
  const where = { netns: host.name };
  expect(isNatIntact(where)).toBe(false);
  expect(() => publish([{ port: 80, to: to4 }], where)).toThrow(expect.objectContaining({ code: "ENOENT" }));
  natReload({ networks: NETWORKS, ports: [{ port: 80, to: to4 }] }, where);
  const more = [
    { port: 81, to: to4 },
    { port: 80, to: { ...to4, address: "10.88.1.3" } },
  ];
  expect(() => publish(more, where)).toThrow(expect.objectContaining({ code: "EEXIST" }));
  expect(host.run("nft", "list", "map", "inet", "wb", "everywhere4")).toContain("tcp . 80 : 10.88.1.2 . 80 }");
  // One that is not there does not keep another one.
  unpublish(more, where);
  expect(host.run("nft", "list", "map", "inet", "wb", "everywhere4")).not.toContain("elements");
});

kernel("isNatIntact() sees a flushed table, natReload() puts it right, and natRemove() leaves nothing", async () => {
  await using host = new TestNetns("host");
  const where = { netns: host.name };
  host.run("nft", "add table ip docker; add chain ip docker c; add rule ip docker c accept");
  const others = host.run("nft", "list", "ruleset");
  const state = {
    networks: NETWORKS,
    ports: Array.from({ length: 2000 }, (_, index) => ({ port: 10_000 + index, to: to4 })),
  };
  natReload(state, where);
  const whole = host.run("nft", "list", "table", "inet", "wb");
  expect(whole.match(/tcp \. 1\d{4} : 10\.88\.1\.2 \. 80/g)).toHaveLength(2000);
  for (const damage of ["flush table inet wb", "flush chain inet wb forward", "delete table inet wb"]) {
    expect([damage, isNatIntact(where)]).toEqual([damage, true]);
    host.run("nft", damage);
    expect([damage, isNatIntact(where)]).toEqual([damage, false]);
    natReload(state, where);
    expect(host.run("nft", "list", "table", "inet", "wb")).toBe(whole);
  }
  natRemove(where);
  natRemove(where);
  expect(host.run("nft", "list", "ruleset")).toBe(others);
});
