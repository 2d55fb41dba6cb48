import type { NatNetwork } from "../../src/index.ts";
import { TestNetns } from "./topology.ts";

/** In `web`, `peer` and `other` are the first two containers of the first network, and the first of the second. */
export interface Machines extends AsyncDisposable {
  readonly host: TestNetns;
  readonly outside: TestNetns;
  readonly web: TestNetns;
  readonly peer: TestNetns;
  readonly other: TestNetns;
}

/** A machine with two networks of two containers each, and another machine beside it. */
export async function machines(): Promise<Machines> {
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

/** What the rules are told of them. */
export const NETWORKS: readonly NatNetwork[] = [
  { bridge: "wb1", subnets: ["10.88.1.0/24", "fd00:1::/64"] },
  { bridge: "wb2", subnets: ["10.88.2.0/24", "fd00:2::/64"] },
];

/** What is published: one of its containers. */
export const to4 = { address: "10.88.1.2", port: 80 };
export const to6 = { address: "fd00:1::2", port: 80 };
