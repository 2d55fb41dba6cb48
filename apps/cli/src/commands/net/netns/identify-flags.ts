import type { NetSpec } from "../net-spec.ts";

/** `wb net netns identify`: ip-netns(8). */
export const NETNS_IDENTIFY: NetSpec = {
  name: "net netns identify",
  summary: "Show the names of the network namespace of a process",
  words: "[PID]",
  count: { most: 1 },
  text: `Print the names that the network namespace of a process has, which may be none, as ip netns identify does.`,
  flags: {},
  examples: ["wb net netns identify $$"],
  completes: ["nothing"],
};
