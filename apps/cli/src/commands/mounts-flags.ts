import type { CommandSpec } from "../command/command-spec.ts";

/** The options of findmnt(8) that concern the kernel's table. */
const MOUNTS_FLAGS = {
  task: { type: "string", short: "N", value: "PID", help: "The mounts that a process sees" },
  source: { type: "string", short: "S", value: "SOURCE", help: "Only of this device or directory, or maj:min" },
  target: { type: "string", short: "T", value: "PATH", help: "Only the mount that a path is on" },
  mountpoint: { type: "string", short: "M", value: "DIR", help: "Only what is mounted on a directory" },
  types: { type: "string", short: "t", value: "LIST", help: "Only these file systems; with no before, all others" },
  options: {
    type: "string",
    short: "O",
    value: "LIST",
    help: "Only with all of these options; with no before one, without",
  },
  real: { type: "boolean", help: "Only file systems on a device" },
  pseudo: { type: "boolean", help: "Only file systems without one" },
  shadowed: { type: "boolean", help: "Only what is mounted over" },
  uniq: { type: "boolean", short: "U", help: "Only the topmost of those on one directory" },
  invert: { type: "boolean", short: "i", help: "All that the other options leave out" },
  "first-only": { type: "boolean", short: "f", help: "The first one only" },
  direction: { type: "string", short: "d", value: "forward|backward", help: "Where the search begins" },
  submounts: { type: "boolean", short: "R", help: "Also all mounts below those that are found" },
  output: { type: "string", short: "o", value: "COLUMNS", help: "Which columns, or more with + before" },
  "output-all": { type: "boolean", help: "All columns" },
  df: { type: "boolean", short: "D", help: "SOURCE, FSTYPE, SIZE, USED, AVAIL, USE% and TARGET, as df(1)" },
  bytes: { type: "boolean", short: "b", help: "Sizes in bytes" },
  json: { type: "boolean", short: "J", help: "Print JSON" },
  list: { type: "boolean", short: "l", help: "No tree" },
  tree: { type: "boolean", help: "A tree, also of what was searched for" },
  ascii: { type: "boolean", short: "a", help: "Branches of ASCII characters" },
  raw: { type: "boolean", short: "r", help: "Words between single spaces" },
  pairs: { type: "boolean", short: "P", help: 'KEY="value"' },
  noheadings: { type: "boolean", short: "n", help: "No headings" },
  notruncate: { type: "boolean", short: "u", help: "Accepted: nothing is truncated" },
  nofsroot: { type: "boolean", short: "v", help: "No [/directory] behind the sources of bind mounts" },
  all: { type: "boolean", short: "A", help: "Accepted: nothing is left out" },
  kernel: { type: "boolean", short: "k", help: "Accepted: it is the kernel's table" },
  help: { type: "boolean", short: "h", help: "Show this" },
  version: { type: "boolean", short: "V", help: "Show the version" },
} as const;

/** `wb mounts`. */
export const MOUNTS: CommandSpec<typeof MOUNTS_FLAGS> = {
  name: "mounts",
  words: "[SOURCE | DIR | SOURCE DIR]",
  text: `List mounts, as findmnt(8) does with the kernel's table.`,
  flags: MOUNTS_FLAGS,
  examples: ["wb mounts", "wb mounts -N 4242 -o TARGET,SOURCE,PROPAGATION", "wb mounts -t overlay --json"],

  completes: ["file"],
};
