import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import {
  isNatIntact,
  natAddNetworks,
  natReload,
  natRemove,
  natRemoveNetworks,
  natUp,
  publish,
  publishedPorts,
  type PublishedPort,
  unpublish,
} from "../src/index.ts";
import { machines, NETWORKS, to4, to6 } from "./support/machines.ts";
import { TestNetns } from "./support/topology.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:ip", "command:nft");

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
  // Refused at once, so that a client of `localhost` goes on to 127.0.0.1.
  expect(await host.ask("::1", 18081)).toBe("ECONNREFUSED");
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
    const second = NETWORKS.slice(1);
    natRemoveNetworks(second, where);
    natAddNetworks(
      second.map((network) => ({ ...network, internal: true })),
      where,
    );
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

kernel("natReload() of a function undoes nothing that was published meanwhile", async () => {
  await using host = new TestNetns("host");
  const where = { netns: host.name };
  natReload({ networks: NETWORKS, ports: [] }, where);
  const wanted = [{ port: 80, to: to4 }];
  let reads = 0;
  const state = () => {
    const read = { networks: NETWORKS, ports: [...wanted] };
    // Another process, as late as can be: what it has written down is not in what was read.
    if (reads++ < 3) {
      const port = { port: 80 + reads, to: to4 };
      wanted.push(port);
      publish([port], where);
    }
    return read;
  };
  natReload(state, where);
  expect(reads).toBe(4);
  const published = () => host.run("nft", "list", "map", "inet", "wb", "everywhere4");
  for (const { port } of wanted) expect(published()).toContain(`tcp . ${port} :`);
  // One that the reload has published for whoever has written it down, and not yet called publish().
  publish(wanted, where);
  expect(published().match(/tcp \./g)).toHaveLength(4);
});

kernel("a machine publishes 20,000 ports, at any address and at one, on tcp, udp and sctp", async () => {
  await using host = new TestNetns("host");
  const where = { netns: host.name };
  const range = (address: string | undefined, protocol: "tcp" | "udp" | "sctp", to: typeof to4) =>
    Array.from({ length: 4000 }, (_, index) => ({
      ...(address === undefined ? {} : { address }),
      port: 20_000 + index,
      protocol,
      to: { ...to, port: 30_000 + index },
    }));
  const ports = [
    ...range(undefined, "tcp", to4),
    ...range("127.0.0.1", "udp", to4),
    ...range("192.0.2.1", "sctp", to4),
    ...range("2001:db8::1", "tcp", to6),
    ...range(undefined, "sctp", to6),
  ];
  natReload({ networks: NETWORKS, ports: [] }, where);
  publish(ports, where);
  const maps = () =>
    ["everywhere4", "published4", "published6", "everywhere6"].map((map) =>
      host.run("nft", "list", "map", "inet", "wb", map),
    );
  const whole = maps();
  expect(whole[0]).toContain("tcp . 23999 : 10.88.1.2 . 33999");
  expect(whole[1]).toContain("127.0.0.1 . udp . 20000 : 10.88.1.2 . 30000");
  expect(whole[1]).toContain("192.0.2.1 . sctp . 20001 : 10.88.1.2 . 30001");
  expect(whole[2]).toContain("2001:db8::1 . tcp . 20002 : fd00:1::2 . 30002");
  expect(whole[3]).toContain("sctp . 20003 : fd00:1::2 . 30003");
  natReload({ networks: NETWORKS, ports }, where);
  expect(maps()).toEqual(whole);
  unpublish(ports.slice(1), where);
  expect(
    maps()
      .join("")
      .match(/ : \S+ \. \d+/g),
  ).toHaveLength(1);
});

kernel("natUp() makes the table once, puts flushed rules right, and keeps what is in the sets", async () => {
  await using host = new TestNetns("host");
  const where = { netns: host.name };
  expect(publishedPorts(where)).toEqual([]);
  natUp(where);
  const empty = host.run("nft", "list", "table", "inet", "wb");
  natReload({ networks: [], ports: [] }, where);
  expect(host.run("nft", "list", "table", "inet", "wb")).toBe(empty);
  natAddNetworks(NETWORKS, where);
  publish([{ port: 80, to: to4 }], where);
  const whole = host.run("nft", "list", "table", "inet", "wb");
  for (const damage of ["flush table inet wb", "flush chain inet wb guard", "add rule inet wb output accept"]) {
    host.run("nft", damage);
    natUp(where);
    natUp(where);
    expect([damage, isNatIntact(where)]).toEqual([damage, true]);
    expect(host.run("nft", "list", "table", "inet", "wb")).toBe(whole);
  }
});

kernel("publishedPorts() has from the kernel what publish() gave it, and what nft added", async () => {
  await using host = new TestNetns("host");
  const where = { netns: host.name };
  natUp(where);
  const ports: readonly PublishedPort[] = [
    { address: "127.0.0.1", port: 18080, protocol: "tcp", to: to4 },
    { address: "192.0.2.1", port: 18080, protocol: "udp", to: { ...to4, port: 53 } },
    { address: "2001:db8::1", port: 443, protocol: "sctp", to: to6 },
    { port: 18081, protocol: "tcp", to: to4 },
    { port: 18081, protocol: "udp", to: to4 },
    { port: 18081, protocol: "tcp", to: to6 },
  ];
  publish(ports.toReversed(), where);
  expect(publishedPorts(where)).toEqual(ports);
  host.run("nft", "add", "element", "inet", "wb", "everywhere4", "{ tcp . 1 : 10.88.1.9 . 65535 }");
  expect(publishedPorts(where)[3]).toEqual({ port: 1, protocol: "tcp", to: { address: "10.88.1.9", port: 65_535 } });
  const many = Array.from({ length: 5000 }, (_, index) => ({
    address: "192.0.2.7",
    port: 20_000 + index,
    protocol: "tcp" as const,
    to: to4,
  }));
  publish(many, where);
  expect(publishedPorts(where).filter(({ address }) => address === "192.0.2.7")).toEqual(many);
});
