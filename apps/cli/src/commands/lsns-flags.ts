import type { CommandSpec } from "../command/command-spec.ts";

/** The options of lsns(8). */
const LSNS_FLAGS = {
  json: { type: "boolean", short: "J", help: "Print JSON" },
  list: { type: "boolean", short: "l", help: "No tree" },
  noheadings: { type: "boolean", short: "n", help: "No headings" },
  output: {
    type: "string",
    short: "o",
    value: "COLUMNS",
    help: "Which columns: NS,TYPE,PATH,NPROCS,PID,PPID,COMMAND,UID,USER,NETNSID,NSFS,PNS,ONS; +COLUMNS for more",
  },
  "output-all": { type: "boolean", help: "All columns" },
  persistent: { type: "boolean", short: "P", help: "Only namespaces without processes" },
  task: { type: "string", short: "p", value: "PID", help: "The namespaces of a process" },
  raw: { type: "boolean", short: "r", help: "Words between single spaces" },
  notruncate: { type: "boolean", short: "u", help: "Do not cut lines where the terminal ends" },
  nowrap: { type: "boolean", short: "W", help: "One line for a namespace that is pinned more than once" },
  type: { type: "list", short: "t", value: "TYPE", help: "Only mnt, net, ipc, user, pid, uts, cgroup or time" },
  tree: {
    type: "optional",
    short: "T",
    shortValue: true,
    value: "RELATION",
    help: "A tree by process, parent or owner (default owner)",
  },
  help: { type: "boolean", short: "h", help: "Show this" },
  version: { type: "boolean", short: "V", help: "Show the version" },
} as const;

/** `wb lsns`. */
export const LSNS: CommandSpec<typeof LSNS_FLAGS> = {
  name: "lsns",
  words: "[NAMESPACE]",
  text: `List namespaces, as lsns(8) does; with an inode number, the processes of one.`,
  flags: LSNS_FLAGS,
  examples: ["wb lsns -t net", "wb lsns -p $$ --json", "wb lsns --tree"],

  completes: ["nothing"],
};
