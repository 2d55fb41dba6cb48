import type { NetFlags } from "./net-spec.ts";

/** Of every command that looks into a namespace, or changes one: `ip -n`. */
export const NETNS_FLAG: NetFlags<"netns"> = {
  netns: {
    type: "string",
    short: "n",
    value: "NETNS",
    values: "netns",
    help: "In this network namespace: a name of wb net netns, a pid, or a path (default: this one)",
  },
};

/** Of commands that list. */
export const LIST_FLAGS: NetFlags<"format", "quiet"> = {
  format: { type: "string", value: "string", help: "Print by a template of Go, json, or table TEMPLATE" },
  quiet: { type: "boolean", short: "q", help: "Show only names" },
};

/** `ip -4`, `ip -6`. */
export const FAMILY_FLAGS: NetFlags<never, "inet" | "inet6"> = {
  inet: { type: "boolean", short: "4", help: "IPv4" },
  inet6: { type: "boolean", short: "6", help: "IPv6" },
};

/** The names that ip(8) has for the same. */
export function removalNames(object: string): string[] {
  return ["del", "delete", "remove"].map((verb) => `net ${object} ${verb}`);
}

/** The names that ip(8) and docker have for the same. */
export function listNames(object: string): string[] {
  return ["list", "show"].map((verb) => `net ${object} ${verb}`);
}
