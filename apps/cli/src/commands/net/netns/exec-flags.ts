import type { NetSpec } from "../net-spec.ts";

/** `wb net netns exec`: ip-netns(8). */
export const NETNS_EXEC: NetSpec = {
  name: "net netns exec",
  summary: "Run a command in a network namespace",
  words: "NAME COMMAND [ARG...]",
  count: { least: 2 },
  text: `Become a command in a network namespace, as ip netns exec does: with a mount namespace of its own, in which /sys is
that of the network namespace, and the files of /etc/netns/NAME lie over those of /etc. The exit status is the
command's; 127 when there is no such command, 126 when it cannot be started.`,
  flags: {},
  examples: ["wb net netns exec blue ip addr", "wb net netns exec blue ping -c 1 10.244.244.1"],
  flagsFirst: true,
  completes: ["netns", "command", "file"],
};
