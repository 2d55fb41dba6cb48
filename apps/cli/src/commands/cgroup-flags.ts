import type { CommandSpec } from "../command/command-spec.ts";
import { CGROUP_SUBCOMMANDS, CGROUP_TEXT } from "./cgroup-help.ts";

/** `wb cgroup`. */
export const CGROUP: CommandSpec = {
  name: "cgroup",
  words: "SUBCOMMAND NAME ...",
  text: CGROUP_TEXT,
  flags: {},
  examples: [
    "wb cgroup create web memory.max=64m pids.max=100",
    "wb cgroup exec web sh -c 'cat /proc/self/cgroup'",
    "wb cgroup kill web && wb cgroup rm web",
  ],
  flagsFirst: true,
  completes: [CGROUP_SUBCOMMANDS, "cgroup", "nothing"],
};
