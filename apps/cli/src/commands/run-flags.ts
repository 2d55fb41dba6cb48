import { describeFlags, type Flags, type FlagValues } from "../flags.ts";
import { RESOURCE_FLAGS } from "./resource-flags.ts";

const OTHER_FLAGS = {
  "cap-add": { type: "list", value: "CAP", help: "Add a capability of Linux, or ALL" },
  "cap-drop": { type: "list", value: "CAP", help: "Drop a capability of Linux, or ALL" },
  "cgroup-manager": {
    type: "string",
    value: "systemd|cgroupfs",
    help: "Who makes the control group (default: systemd, where it is process 1 and cgroup v2 alone is mounted)",
  },
  "cgroup-parent": {
    type: "string",
    value: "GROUP",
    help: "Where the control group is: a slice of systemd, or a path below the root of the hierarchies",
  },
  env: {
    type: "list",
    short: "e",
    value: "K[=V]",
    help: "Set a variable of the environment; K alone takes this one's value",
  },
  help: { type: "boolean", help: "Show this" },
  hostname: { type: "string", short: "h", value: "name", help: "The container's host name" },
  init: {
    type: "boolean",
    help: "Put an init before the command, which reaps zombies: this machine's tini or catatonit",
  },
  interactive: { type: "boolean", short: "i", help: "Give the command this stdin (otherwise it is /dev/null)" },
  name: { type: "string", value: "name", help: "A name for the container" },
  net: {
    type: "string",
    alias: "network",
    value: "none|host",
    help: "The network: only loopback (default), or the host's",
  },
  privileged: { type: "boolean", help: "Give all capabilities and devices, hide nothing" },
  "read-only": { type: "boolean", help: "Make the root read-only" },
  rm: { type: "boolean", help: "Remove the container when it ends, which is always done" },
  rootfs: {
    type: "string",
    value: "PATH[:O]",
    help: "The root: a directory, with :O a copy of it whose changes are thrown away (default /:O); or such a copy of a tar archive or disk image",
  },
  "security-opt": {
    type: "list",
    value: "OPTION",
    help: "seccomp=unconfined|builtin|FILE (default builtin: docker's profile), no-new-privileges, apparmor=PROFILE",
  },
  tmpfs: { type: "list", value: "DIR[:OPTIONS]", help: "Mount an empty file system in memory" },
  tty: { type: "boolean", short: "t", help: "Give the command a terminal of its own" },
  user: { type: "string", short: "u", value: "USER[:GROUP]", help: "Who the command is: names or numbers" },
  "userns-remap": {
    type: "list",
    value: "ID:HOST:COUNT",
    help: "Make root and others of the container ordinary users of the host: 0:100000:65536",
  },
  volume: {
    type: "list",
    short: "v",
    value: "SRC:DST[:ro]",
    help: "Show a file or directory of the host in the container; a missing SRC is made",
  },
  workdir: { type: "string", short: "w", value: "DIR", help: "Where the command starts; made if it is missing" },
} as const;

/** The flags of `wb run`: docker's names and meanings, docker-run(1). */
export const RUN_FLAGS: typeof RESOURCE_FLAGS & typeof OTHER_FLAGS = { ...RESOURCE_FLAGS, ...OTHER_FLAGS };

export type RunFlags = FlagValues<typeof RUN_FLAGS>;

/** What `wb run --help` prints. */
export const RUN_HELP: string = `Usage: wb run [FLAGS] COMMAND [ARG...]

Run a command in a new container. Flags end at the first word of the command.
Signals are passed on to it; the third SIGINT or SIGTERM kills it.

${describeFlags(inOrder(RUN_FLAGS))}

Examples:
  wb run --rm --net none --rootfs /:O -it bash          a shell in a copy of this machine; changes are thrown away
  wb run --rm --rootfs /srv/debian -m 256m --cpus 0.5 make
  wb run --rm --rootfs debian.tar.xz -i bash            what docker export or debootstrap and tar have made
  wb run --rm -v "$PWD":/src:ro -w /src -u nobody ls
`;

function inOrder(flags: Flags): Flags {
  return Object.fromEntries(Object.entries(flags).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
