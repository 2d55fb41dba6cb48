import { realpathSync } from "node:fs";
import { call, step } from "@wb/syscall";
import { describeFlags, usage } from "../flags.ts";
import { parseOptions } from "../getopt.ts";
import { becomeCommand } from "../in-place/become-command.ts";
import { type Command, SHELL } from "../in-place/execvp.ts";
import { EXIT } from "../user-error.ts";
import { versionText } from "../version.ts";
import { writeAll } from "../write-all.ts";
import { chrootUserSteps } from "./chroot-user.ts";

/** The options of chroot(1) of coreutils. */
const FLAGS = {
  groups: { type: "string", value: "G1,G2", help: "Supplementary groups; empty for none" },
  userspec: { type: "string", value: "USER:GROUP", help: "Who the command is, by the new root's own files" },
  "skip-chdir": { type: "boolean", help: "Do not change the working directory to / (where NEWROOT is /)" },
  help: { type: "boolean", help: "Show this" },
  version: { type: "boolean", help: "Show the version" },
} as const;

const HELP = `Usage: wb chroot [OPTIONS] NEWROOT [COMMAND [ARG...]]

Run a command with another root directory, as chroot(1) does; without one, "$SHELL" -i.
A process with CAP_SYS_CHROOT can leave such a root: for a container use wb run --rootfs.

${describeFlags(FLAGS)}

Examples:
  wb chroot /srv/debian
  wb chroot --userspec nobody /srv/debian id
`;

/** `wb chroot`: becomes a command with another root directory. */
export function chrootCommand(args: readonly string[]): number {
  const { flags, words } = parseOptions("chroot", FLAGS, args);
  if (flags.help === true || flags.version === true) {
    writeAll(flags.help === true ? HELP : versionText);
    return 0;
  }
  const [root, ...command] = words;
  if (root === undefined) throw usage("chroot", "missing operand: no new root directory was given");
  const skipChdir = flags["skip-chdir"] === true;
  if (skipChdir && !isRoot(root)) throw usage("chroot", "--skip-chdir is for the new root / alone");
  const setup = [
    step(
      `change the root to ${root}`,
      [call("chroot", root), ...(skipChdir ? [] : [call("chdir", "/")])],
      `chroot ${root}`,
    ),
    ...chrootUserSteps(root, { userspec: flags.userspec, groups: flags.groups }),
  ];
  return becomeCommand(setup, commandOrInteractiveShell(command), { failure: EXIT.failure });
}

function isRoot(path: string): boolean {
  try {
    return realpathSync(path) === "/";
  } catch {
    return false;
  }
}

function commandOrInteractiveShell([file, ...args]: readonly string[]): Command {
  const argv = file === undefined ? ([process.env["SHELL"] ?? SHELL, "-i"] as const) : ([file, ...args] as const);
  return { argv, env: process.env };
}
