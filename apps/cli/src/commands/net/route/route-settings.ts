import { FAMILY_FLAGS, NETNS_FLAG } from "../common-flags.ts";
import type { NetFlags } from "../net-spec.ts";
import { PROTOCOLS, ROUTE_TYPES, SCOPES, TABLES } from "../options/route-words.ts";

/** What a route has: ip-route(8). */
export const ROUTE_FLAGS: NetFlags<
  "via" | "dev" | "src" | "metric" | "table" | "type" | "scope" | "protocol" | "mtu" | "netns",
  "onlink" | "inet" | "inet6"
> = {
  via: { type: "string", value: "ADDRESS", help: "The gateway" },
  dev: { type: "string", value: "LINK", values: "link", help: "The link that packets leave by" },
  src: { type: "string", value: "ADDRESS", help: "The address that this machine then sends from" },
  metric: { type: "string", value: "NUMBER", help: "The lower one wins" },
  table: { type: "string", value: "TABLE", values: TABLES, help: "main, local, default, or a number (default main)" },
  type: {
    type: "string",
    value: "TYPE",
    values: ROUTE_TYPES,
    help: "unicast, blackhole, unreachable, prohibit, local…",
  },
  scope: {
    type: "string",
    value: "SCOPE",
    values: SCOPES,
    help: "How far the destination is away: global, link, host",
  },
  protocol: { type: "string", value: "NAME", values: PROTOCOLS, help: "Who made it: boot (default), static, kernel…" },
  mtu: { type: "string", value: "BYTES", help: "The largest packet that takes it" },
  onlink: { type: "boolean", help: "The gateway is on the link, although no route says so" },
  ...FAMILY_FLAGS,
  ...NETNS_FLAG,
};
