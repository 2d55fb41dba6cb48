import type { CommandSpec } from "../command/command-spec.ts";

/** The options of unshare(1). */
const UNSHARE_FLAGS = {
  mount: { type: "optional", short: "m", value: "FILE", help: "A new mount namespace; pinned on FILE" },
  uts: { type: "optional", short: "u", value: "FILE", help: "A new uts namespace: host name" },
  ipc: { type: "optional", short: "i", value: "FILE", help: "A new ipc namespace: message queues, shared memory" },
  net: { type: "optional", short: "n", value: "FILE", help: "A new network namespace" },
  pid: {
    type: "optional",
    short: "p",
    value: "FILE",
    help: "A new pid namespace, of the command's children without -f",
  },
  user: { type: "optional", short: "U", value: "FILE", help: "A new user namespace" },
  cgroup: { type: "optional", short: "C", value: "FILE", help: "A new cgroup namespace" },
  time: { type: "optional", short: "T", value: "FILE", help: "A new time namespace" },
  fork: { type: "boolean", short: "f", help: "The command is a child: the first process of the pid namespace" },
  "map-user": { type: "string", value: "UID|NAME", help: "This user is UID inside (implies --user)" },
  "map-group": { type: "string", value: "GID|NAME", help: "This group is GID inside (implies --user)" },
  "map-root-user": { type: "boolean", short: "r", help: "This user and group are root inside (implies --user)" },
  "map-current-user": { type: "boolean", short: "c", help: "This user and group are the same inside (implies --user)" },
  "map-auto": { type: "boolean", help: "Map what /etc/subuid and /etc/subgid give this user (implies --user)" },
  "map-users": {
    type: "list",
    value: "INNER:OUTER:COUNT",
    help: "Map a range of users; OUTER,INNER,COUNT; auto; all (implies --user)",
  },
  "map-groups": {
    type: "list",
    value: "INNER:OUTER:COUNT",
    help: "Map a range of groups, in the same ways (implies --user)",
  },
  "kill-child": { type: "optional", value: "SIGNAL", help: "Kill the command when wb dies (implies --fork)" },
  "mount-proc": { type: "optional", value: "DIR", help: "Mount procfs first, on /proc (implies --mount)" },
  propagation: {
    type: "string",
    value: "slave|shared|private|unchanged",
    help: "Of the mounts in the mount namespace (default private)",
  },
  setgroups: { type: "string", value: "allow|deny", help: "Whether setgroups(2) works in the user namespace" },
  "keep-caps": { type: "boolean", help: "The command keeps the capabilities of the user namespace" },
  root: { type: "string", short: "R", value: "DIR", help: "Change the root directory" },
  wd: { type: "string", short: "w", value: "DIR", help: "Change the working directory" },
  setuid: { type: "string", short: "S", value: "UID", help: "Become this user inside" },
  setgid: { type: "string", short: "G", value: "GID", help: "Become this group inside" },
  monotonic: { type: "string", value: "SECONDS", help: "Offset of the monotonic clock in the time namespace" },
  boottime: { type: "string", value: "SECONDS", help: "Offset of the boot clock in the time namespace" },
  "load-interp": {
    type: "string",
    short: "l",
    value: "STRING",
    help: "Register an interpreter with binfmt_misc first (implies --mount-binfmt)",
  },
  "mount-binfmt": { type: "optional", value: "DIR", help: "Mount binfmt_misc first (implies --user and --mount)" },
  help: { type: "boolean", short: "h", help: "Show this" },
  version: { type: "boolean", short: "V", help: "Show the version" },
} as const;

/** `wb unshare`. */
export const UNSHARE: CommandSpec<typeof UNSHARE_FLAGS> = {
  name: "unshare",
  words: "[COMMAND [ARG...]]",
  text: `Run a command in new namespaces, as unshare(1) does; without one, $SHELL.`,
  flags: UNSHARE_FLAGS,
  examples: [
    "wb unshare -u sh -c 'hostname box; hostname'",
    "wb unshare -fmuipn --mount-proc ps",
    ["wb unshare -Ur id", "as an ordinary user"],
  ],
  flagsFirst: true,
  completes: ["command", "file"],
};
