import type { CommandSpec } from "../command/command-spec.ts";
import type { Flags, FlagValues } from "../flags.ts";
import { UNSUPPORTED } from "./docker-habits.ts";
import { ISOLATION_FLAGS } from "./isolation-flags.ts";
import { LIFE_FLAGS } from "./life-flags.ts";
import { NETWORK_FLAGS } from "./network-flags.ts";
import { RESOURCE_FLAGS } from "./resource-flags.ts";
import { SESSION_FLAGS } from "./session-flags.ts";

const OTHER_FLAGS = {
  attach: {
    type: "list",
    short: "a",
    value: "STREAM",
    values: ["stdin", "stdout", "stderr"],
    help: "Attach to STDIN, STDOUT or STDERR alone",
  },
  "cap-add": { type: "list", value: "CAP", values: "capability", help: "Add a capability of Linux, or ALL" },
  "cap-drop": { type: "list", value: "CAP", values: "capability", help: "Drop a capability of Linux, or ALL" },
  "cgroup-manager": {
    type: "string",
    value: "systemd|cgroupfs",
    values: ["systemd", "cgroupfs"],
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
  entrypoint: {
    type: "string",
    value: "COMMAND",
    values: "command",
    help: "The command, of which all words are arguments",
  },
  "env-file": { type: "list", value: "FILE", help: "Variables of the environment, one a line" },
  hostname: { type: "string", short: "h", value: "name", help: "The container's host name" },
  init: {
    type: "boolean",
    help: "Put an init before the command, which reaps zombies: this machine's tini or catatonit",
  },
  interactive: { type: "boolean", short: "i", help: "Give the command this stdin (otherwise it is /dev/null)" },
  mount: {
    type: "list",
    value: "type=TYPE,…",
    help: "Mount a directory of the host, a volume or a tmpfs: type=volume,src=data,dst=/data",
  },
  name: { type: "string", value: "name", help: "A name for the container" },
  platform: { type: "string", value: "OS/ARCH", help: "Of an image that has several (default: this machine)" },
  pull: {
    type: "string",
    value: "string",
    values: ["always", "missing", "never"],
    help: "Get the image from its registry: always, missing (default) or never",
  },
  privileged: { type: "boolean", help: "Give all capabilities and devices, hide nothing" },
  "read-only": { type: "boolean", help: "Make the root read-only" },
  rm: { type: "boolean", help: "Remove the container and its anonymous volumes when it ends" },
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
  tmpfs: { type: "list", value: "DIR[:OPTIONS]", values: "nothing", help: "Mount an empty file system in memory" },
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
    value: "[SRC:]DST[:ro]",
    values: "volume or file",
    help: "Show a file or directory of the host in the container, or a volume by its name; a missing SRC is made",
  },
  "volume-driver": { type: "string", value: "name", help: "The driver of volumes of -v that are made" },
  "volumes-from": {
    type: "list",
    value: "CONTAINER[:ro]",
    values: "container",
    help: "Mount the volumes of another container, where it has them",
  },
  workdir: {
    type: "string",
    short: "w",
    value: "DIR",
    values: "nothing",
    help: "Where the command starts; made if it is missing",
  },
} as const;

/** The flags of `wb create`, docker-create(1). */
export const CREATE_FLAGS: typeof RESOURCE_FLAGS &
  typeof ISOLATION_FLAGS &
  typeof LIFE_FLAGS &
  typeof NETWORK_FLAGS &
  typeof OTHER_FLAGS = {
  ...RESOURCE_FLAGS,
  ...ISOLATION_FLAGS,
  ...LIFE_FLAGS,
  ...NETWORK_FLAGS,
  ...OTHER_FLAGS,
};

/** The flags of `wb run`: docker's names and meanings, docker-run(1). */
export const RUN_FLAGS: typeof CREATE_FLAGS & typeof SESSION_FLAGS = { ...CREATE_FLAGS, ...SESSION_FLAGS };

export type RunFlags = FlagValues<typeof RUN_FLAGS>;

/** `wb run`: docker-run(1). */
export const RUN: CommandSpec<typeof RUN_FLAGS> = {
  name: "run",
  words: "IMAGE [COMMAND] [ARG...]",
  count: { least: 1, instead: "entrypoint" },
  text: `Run a command in a new container: of an image, or with --rootfs of a root without one, where the first word is the
command's. Flags end at the first word.
Signals are passed on to it where it has no terminal; with --rm, the third SIGINT or SIGTERM kills it.`,
  flags: inOrder(RUN_FLAGS),
  examples: [
    ["wb run --rm --net none --rootfs /:O -it bash", "a shell in a copy of this machine; changes are thrown away"],
    "wb run --rm --rootfs /srv/debian -m 256m --cpus 0.5 make",
    ["wb run --rm --rootfs debian.tar.xz -i bash", "what docker export or debootstrap and tar have made"],
    'wb run --rm -v "$PWD":/src:ro -w /src -u nobody debian ls',
    ["wb run -d --name web -p 8080:80 --rootfs /srv/web httpd -f", "a server, at port 8080 of this machine"],
  ],
  flagsFirst: true,
  completes: ["image", "command", "file"],
  hints: UNSUPPORTED,
};

/** `wb create`: docker-create(1). */
export const CREATE: CommandSpec<typeof CREATE_FLAGS> = {
  name: "create",
  words: "IMAGE [COMMAND] [ARG...]",
  count: { least: 1, instead: "entrypoint" },
  text: "Make a container, and start nothing yet: wb start does. Flags end at the first word.",
  flags: inOrder(CREATE_FLAGS),
  examples: ["wb create --name web --rootfs /srv/web httpd -f", "wb start web"],
  flagsFirst: true,
  completes: ["image", "command", "file"],
  hints: UNSUPPORTED,
};

function inOrder<T extends Flags>(flags: T): T {
  return Object.fromEntries(Object.entries(flags).toSorted(([one], [other]) => (one < other ? -1 : 1))) as T;
}
