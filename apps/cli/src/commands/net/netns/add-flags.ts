import type { NetSpec } from "../net-spec.ts";

/** `wb net netns add`: ip-netns(8). */
export const NETNS_ADD: NetSpec = {
  name: "net netns add",
  summary: "Make network namespaces with names",
  words: "NAME [NAME...]",
  count: { least: 1 },
  text: `Make network namespaces with names, which last without a process in them, as ip netns add does. Their lo is down.`,
  flags: {},
  examples: ["wb net netns add blue && wb net link set lo up -n blue"],
  completes: ["nothing"],
};
