import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import { firewallsInTheWay, isNatIntact, natReload, natRemove, publish } from "../src/index.ts";
import { machines, NETWORKS, to4, to6 } from "./support/machines.ts";
import { TestNetns } from "./support/topology.ts";

leavesHostUnchanged();

const docker = requires("root", "command:ip", "command:nft", "command:iptables-nft");
const kernel = requires("root", "command:ip", "command:nft");

/** What iptables-save(8) shows after dockerd 20.10 has started, which sets the policy of FORWARD where it has switched forwarding on. */
const DOCKER = `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
:DOCKER-ISOLATION-STAGE-1 - [0:0]
:DOCKER-ISOLATION-STAGE-2 - [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-ISOLATION-STAGE-1
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o docker0 -j DOCKER
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A FORWARD -i docker0 -o docker0 -j ACCEPT
-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
-A DOCKER-ISOLATION-STAGE-1 -j RETURN
-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
-A DOCKER-ISOLATION-STAGE-2 -j RETURN
-A DOCKER-USER -j RETURN
COMMIT
`;

const OURS =
  '-A DOCKER-USER -m mark --mark 0x8000000/0x8000000 -m comment --comment "wb: what table inet wb lets pass" -j ACCEPT\n';

function restore(netns: TestNetns, program: "iptables-nft-restore" | "ip6tables-nft-restore"): void {
  execFileSync("ip", ["netns", "exec", netns.name, program], { input: DOCKER });
}

docker("natReload() opens DOCKER-USER for what it lets pass, once, and natRemove() closes it", async () => {
  await using host = new TestNetns("host");
  const where = { netns: host.name };
  const state = { networks: NETWORKS, ports: [] };
  natReload(state, where);
  expect(isNatIntact(where)).toBe(true);
  restore(host, "iptables-nft-restore");
  restore(host, "ip6tables-nft-restore");
  const shown = (): string[] => ["iptables-nft", "ip6tables-nft"].map((program) => host.run(program, "-S"));
  const before = shown();
  expect(isNatIntact(where)).toBe(false);
  expect(firewallsInTheWay("wb1", where)).toMatchObject([
    { family: "ip", table: "filter", chain: "FORWARD", by: "policy" },
    { family: "ip6", table: "filter", chain: "FORWARD", by: "policy" },
  ]);
  for (const _ of [1, 2]) natReload(() => state, where);
  expect(isNatIntact(where)).toBe(true);
  expect(firewallsInTheWay("wb1", where)).toEqual([]);
  const open = before.map((text) => text.replace("-A DOCKER-USER", `${OURS}-A DOCKER-USER`));
  expect(shown()).toEqual(open);
  for (const program of ["iptables-nft", "ip6tables-nft"]) {
    host.run(program, "-F", "DOCKER-USER");
    expect(isNatIntact(where)).toBe(false);
    host.run(program, "-A", "DOCKER-USER", "-j", "RETURN");
    natReload(state, where);
  }
  expect(shown()).toEqual(open);
  natRemove(where);
  expect(shown()).toEqual(before);
});

docker(
  "where docker drops what is forwarded, ours passes, and neither docker's containers nor other networks are reached",
  async () => {
    await using it = await machines();
    const { host, outside, web, peer, other } = it;
    const where = { netns: host.name };
    // A container of docker's, which publishes nothing.
    await using theirs = new TestNetns("docker");
    host.ip("link add docker0 type bridge", "link set docker0 up", "addr add 172.17.0.1/16 dev docker0");
    host.ip(`link add vd type veth peer name eth0 netns ${theirs.name}`, "link set vd master docker0 up");
    theirs.ip("link set eth0 up", "addr add 172.17.0.2/16 dev eth0", "route add default via 172.17.0.1");
    restore(host, "iptables-nft-restore");
    restore(host, "ip6tables-nft-restore");
    for (const [netns, address] of [
      [web, "0.0.0.0"],
      [web, "::"],
      [outside, "192.0.2.2"],
      [theirs, "172.17.0.2"],
    ] as const)
      await netns.serve(address, 80);
    natReload({ networks: NETWORKS, ports: [] }, where);
    publish(
      [
        { port: 18081, to: to4 },
        { port: 18081, to: to6 },
      ],
      where,
    );
    expect(await outside.ask("192.0.2.1", 18081)).toBe("192.0.2.2 hello");
    // The links have just come up.
    await expect.poll(() => outside.ask("2001:db8::1", 18081), { timeout: 15_000 }).toBe("2001:db8::2 hello");
    expect(await web.ask("192.0.2.2", 80)).toBe("192.0.2.1 hello");
    expect(await peer.ask("10.88.1.2", 80)).toBe("10.88.1.3 hello");
    expect(await theirs.ask("192.0.2.1", 18081)).toBe("172.17.0.2 hello");
    expect(await other.ask("10.88.1.2", 80)).toBe("no answer");
    expect(await web.ask("172.17.0.2", 80)).toBe("no answer");
    // Without our table the rule in DOCKER-USER opens nothing.
    host.run("nft", "delete table inet wb");
    outside.ip("route add 10.88.1.0/24 via 192.0.2.1");
    expect(await outside.ask("10.88.1.2", 80)).toBe("no answer");
  },
);

kernel("firewallsInTheWay() names firewalld's table until the bridge is in a zone, and drops of others", async () => {
  await using host = new TestNetns("host");
  const where = { netns: host.name };
  natReload({ networks: NETWORKS, ports: [] }, where);
  expect(firewallsInTheWay("wb1", where)).toEqual([]);
  host.run("nft", "-f", join(import.meta.dirname, "fixtures/firewalld.nft"));
  const hint = "firewall-cmd --permanent --zone=trusted --add-interface=wb1; firewall-cmd --reload";
  const firewalld = { family: "inet", table: "firewalld", chain: "filter_FORWARD", by: "rule", hint };
  expect(firewallsInTheWay("wb1", where)).toEqual([firewalld]);
  host.run("nft", 'insert rule inet firewalld filter_FORWARD_ZONES iifname "wb1" accept');
  expect(firewallsInTheWay("wb1", where)).toEqual([]);
  expect(firewallsInTheWay("wb2", where)).toHaveLength(1);
  // Neither of another hook, nor of what is asked for something.
  host.run("nft", "add table ip own; add chain ip own in { type filter hook input priority 0; policy drop; }");
  host.run(
    "nft",
    "add chain ip own some { type filter hook forward priority 0; }; add rule ip own some tcp dport 25 drop",
  );
  expect(firewallsInTheWay("wb1", where)).toEqual([]);
  host.run(
    "nft",
    "add chain ip own every { type filter hook forward priority 0; }; add rule ip own every counter drop",
  );
  const [own] = firewallsInTheWay("wb1", where);
  expect(own).toMatchObject({ table: "own", chain: "every", by: "rule" });
  host.run(...(own?.hint.split(" ") ?? []));
  expect(firewallsInTheWay("wb1", where)).toEqual([]);
});
