/** The words of ip(8) that @wb/net takes, and instead of which a number may stand. */
export const SCOPES = ["global", "site", "link", "host", "nowhere"] as const;
export const TABLES = ["main", "local", "default"] as const;
export const PROTOCOLS = ["boot", "static", "kernel", "redirect", "ra", "dhcp"] as const;
export const ROUTE_TYPES = [
  "unicast",
  "local",
  "broadcast",
  "anycast",
  "multicast",
  "blackhole",
  "unreachable",
  "prohibit",
  "throw",
] as const;
