import type { CommandSpec } from "../command/command-spec.ts";

/** The options of chroot(1) of coreutils. */
const CHROOT_FLAGS = {
  groups: { type: "string", value: "G1,G2", help: "Supplementary groups; empty for none" },
  userspec: { type: "string", value: "USER:GROUP", help: "Who the command is, by the new root's own files" },
  "skip-chdir": { type: "boolean", help: "Do not change the working directory to / (where NEWROOT is /)" },
  help: { type: "boolean", help: "Show this" },
  version: { type: "boolean", help: "Show the version" },
} as const;

/** `wb chroot`. */
export const CHROOT: CommandSpec<typeof CHROOT_FLAGS> = {
  name: "chroot",
  words: "NEWROOT [COMMAND [ARG...]]",
  text: `Run a command with another root directory, as chroot(1) does; without one, "$SHELL" -i.
A process with CAP_SYS_CHROOT can leave such a root: for a container use wb run --rootfs.`,
  flags: CHROOT_FLAGS,
  examples: ["wb chroot /srv/debian", "wb chroot --userspec nobody /srv/debian id"],
  flagsFirst: true,
  completes: ["directory", "command", "file"],
};
