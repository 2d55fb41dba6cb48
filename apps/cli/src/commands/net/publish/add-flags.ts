import { NETNS_FLAG } from "../common-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net publish add`: docker-run(1), -p. */
export const PUBLISH_ADD: NetSpec<NetFlags<"netns">> = {
  name: "net publish add",
  summary: "Lead ports of this machine to an address",
  words: "[IP:]PORT:ADDRESS:PORT[/PROTOCOL] [...]",
  count: { least: 1 },
  text: `Lead packets for ports of this machine to those of an address: all of them or none. Without an IP it is any address of
the machine, of the family that ADDRESS has. Ports may be ranges of the same size, IPv6 addresses are in brackets, and
PROTOCOL is tcp, udp or sctp. They are elements of nft(8)'s table inet wb, which is made where it is not there. What
comes from other machines is passed on with sysctl net.ipv4.ip_forward=1; 127.0.0.1 leads to what is at a bridge of wb
network alone.`,
  flags: {
    ...NETNS_FLAG,
  },
  examples: [
    "wb net publish add 8080:10.244.244.2:80",
    "wb net publish add 192.0.2.1:5300-5310:10.244.244.2:5300-5310/udp",
    "wb net publish add [::]:8080:[fd00::2]:80",
  ],
  completes: ["nothing"],
};
