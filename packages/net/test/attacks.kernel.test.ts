import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import { bridgeNetworkUp, connect, natReload } from "../src/index.ts";
import { TestNetns } from "./support/topology.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:ip", "command:python3");

/** Sends a router advertisement of 2001:db8:bad::/64, with a default route, as root of a container can: CVE-2020-13401. */
const ADVERTISE = `
import socket, struct, sys
s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0")
prefix = socket.inet_pton(socket.AF_INET6, "2001:db8:bad::")
ra = struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0)
ra += struct.pack("!BBBBIII", 3, 4, 64, 0xC0, 86400, 14400, 0) + prefix
s.sendto(ra, ("ff02::1", 0, 0, socket.if_nametoindex("eth0")))
`;

kernel("a router advertisement from a container changes neither the machine nor another container", async () => {
  await using host = new TestNetns("host");
  await using evil = new TestNetns("evil");
  await using peer = new TestNetns("peer");
  const where = { netns: host.name };
  // Even where the machine does not forward, so that the kernel's own default is to accept.
  host.run("sysctl", "-qw", "net.ipv6.conf.all.forwarding=0", "net.ipv6.conf.default.accept_ra=1");
  bridgeNetworkUp({ bridge: "wb0", gateways: ["10.88.0.1/16", "fd00:88::1/64"] }, where);
  natReload({ networks: [{ bridge: "wb0", subnets: ["10.88.0.0/16", "fd00:88::/64"] }], ports: [] }, where);
  const gateways = ["10.88.0.1", "fd00:88::1"];
  connect(
    { netns: evil.name, host: "e0", bridge: "wb0", addresses: ["10.88.0.2/16", "fd00:88::2/64"], gateways },
    where,
  );
  connect(
    { netns: peer.name, host: "p0", bridge: "wb0", addresses: ["10.88.0.3/16", "fd00:88::3/64"], gateways },
    where,
  );
  // It has a link-local address to send from when duplicate address detection is over.
  await expect
    .poll(() => evil.run("ip", "-6", "-o", "addr", "show", "dev", "eth0", "scope", "link", "-tentative"), {
      timeout: 10_000,
    })
    .toContain("fe80:");
  const received = (netns: TestNetns) =>
    Number(/^Icmp6InRouterAdvertisements\s+(\d+)/m.exec(netns.run("cat", "/proc/net/snmp6"))?.[1]);
  for (let time = 0; time < 3; time++) evil.run("python3", "-c", ADVERTISE);
  await expect.poll(() => received(host), { timeout: 5000 }).toBeGreaterThan(0);
  await expect.poll(() => received(peer), { timeout: 5000 }).toBeGreaterThan(0);
  for (const netns of [host, peer]) {
    const seen = netns.run("ip", "-6", "addr") + netns.run("ip", "-6", "route", "show", "table", "all");
    expect(seen).not.toContain("2001:db8:bad");
    expect(seen).not.toContain("proto ra");
  }
});
