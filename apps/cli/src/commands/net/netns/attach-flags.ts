import type { NetSpec } from "../net-spec.ts";

/** `wb net netns attach`: ip-netns(8). */
export const NETNS_ATTACH: NetSpec = {
  name: "net netns attach",
  summary: "Give the network namespace of a process a name",
  words: "NAME PID",
  count: { least: 2, most: 2 },
  text: `Give the network namespace of a process a name, as ip netns attach does.`,
  flags: {},
  examples: ["wb net netns attach web $(wb inspect -f {{.State.Pid}} web)"],
  completes: ["nothing"],
};
