import type { CommandSpec } from "../command/command-spec.ts";

/** The options of nsenter(1). */
const NSENTER_FLAGS = {
  all: { type: "boolean", short: "a", help: "Enter all namespaces of the target" },
  target: { type: "string", short: "t", value: "PID", help: "The process whose namespaces are entered" },
  mount: { type: "optional", short: "m", shortValue: true, value: "FILE", help: "Enter the mount namespace" },
  uts: { type: "optional", short: "u", shortValue: true, value: "FILE", help: "Enter the uts namespace" },
  ipc: { type: "optional", short: "i", shortValue: true, value: "FILE", help: "Enter the ipc namespace" },
  net: { type: "optional", short: "n", shortValue: true, value: "FILE", help: "Enter the network namespace" },
  "net-socket": {
    type: "string",
    short: "N",
    value: "FD",
    help: "Enter the network namespace of a socket that the target has open (Linux 5.6)",
  },
  pid: { type: "optional", short: "p", shortValue: true, value: "FILE", help: "Enter the pid namespace" },
  cgroup: { type: "optional", short: "C", shortValue: true, value: "FILE", help: "Enter the cgroup namespace" },
  user: { type: "optional", short: "U", shortValue: true, value: "FILE", help: "Enter the user namespace" },
  "user-parent": { type: "boolean", help: "Enter the parent of the user namespace" },
  time: { type: "optional", short: "T", shortValue: true, value: "FILE", help: "Enter the time namespace" },
  setuid: { type: "string", short: "S", value: "UID", help: "Become this user (default in a user namespace: 0)" },
  setgid: { type: "string", short: "G", value: "GID", help: "Become this group (default in a user namespace: 0)" },
  "preserve-credentials": { type: "boolean", help: "Keep user, group and supplementary groups" },
  "keep-caps": { type: "boolean", help: "The command keeps the capabilities of the user namespace" },
  root: { type: "optional", short: "r", shortValue: true, value: "DIR", help: "Change the root, to the target's" },
  wd: { type: "optional", short: "w", shortValue: true, value: "DIR", help: "Change the directory, to the target's" },
  wdns: { type: "string", short: "W", value: "DIR", help: "Change the directory, as the namespaces see it" },
  env: { type: "boolean", short: "e", help: "Take the environment of the target" },
  "no-fork": { type: "boolean", short: "F", help: "Execute the command without forking before, with --pid too" },
  "join-cgroup": { type: "boolean", short: "c", help: "Join the cgroup of the target" },
  "follow-context": {
    type: "boolean",
    short: "Z",
    help: "Take the SELinux context of the target, where there is SELinux",
  },
  help: { type: "boolean", short: "h", help: "Show this" },
  version: { type: "boolean", short: "V", help: "Show the version" },
} as const;

/** `wb nsenter`. */
export const NSENTER: CommandSpec<typeof NSENTER_FLAGS> = {
  name: "nsenter",
  words: "[COMMAND [ARG...]]",
  text: `Run a command in the namespaces of another process, as nsenter(1) does; without one, $SHELL.
Without --target the namespaces are those of FILEs; a process keeps its own root directory unless --root is given.`,
  flags: NSENTER_FLAGS,
  examples: [
    "wb nsenter -t 4242 -n ip addr",
    "wb nsenter -t 4242 -a ps -ef",
    "wb nsenter --net=/run/netns/blue ip link",
  ],
  flagsFirst: true,
  completes: ["command", "file"],
};
