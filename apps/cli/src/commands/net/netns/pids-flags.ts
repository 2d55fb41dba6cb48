import type { NetSpec } from "../net-spec.ts";

/** `wb net netns pids`: ip-netns(8). */
export const NETNS_PIDS: NetSpec = {
  name: "net netns pids",
  summary: "List the processes in a network namespace",
  words: "NAME",
  count: { least: 1, most: 1 },
  text: `Print the process ids of those that are in a network namespace, as ip netns pids does.`,
  flags: {},
  examples: ["wb net netns pids blue"],
  completes: ["netns"],
};
