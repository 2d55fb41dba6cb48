import { NETNS_FLAG } from "../common-flags.ts";
import type { NetFlags } from "../net-spec.ts";
import { SCOPES } from "../options/route-words.ts";

/** What is with an address: ip-address(8). */
export const ADDR_FLAGS: NetFlags<
  "dev" | "peer" | "broadcast" | "label" | "scope" | "metric" | "valid-lft" | "preferred-lft" | "netns",
  "nodad" | "noprefixroute"
> = {
  dev: { type: "string", value: "LINK", values: "link", help: "The link that has the address" },
  peer: { type: "string", value: "ADDRESS", help: "The other end's address, on a point-to-point link" },
  broadcast: { type: "string", value: "ADDRESS", help: "The broadcast address; + for the last one of the network" },
  label: { type: "string", value: "LINK:TEXT", help: "What ifconfig(8) shows" },
  scope: { type: "string", value: "SCOPE", values: SCOPES, help: "How far it is known: global, link, host" },
  metric: { type: "string", value: "NUMBER", help: "The metric of the route that comes with it" },
  nodad: { type: "boolean", help: "IPv6 does not ask first whether somebody has it, so that it can be used at once" },
  noprefixroute: { type: "boolean", help: "No route to the network comes with it" },
  "valid-lft": { type: "string", value: "SECONDS", help: "How long it is there (default: forever)" },
  "preferred-lft": {
    type: "string",
    value: "SECONDS",
    help: "How long it is used for new connections (default: forever)",
  },
  ...NETNS_FLAG,
};
