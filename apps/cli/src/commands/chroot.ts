import { realpathSync } from "node:fs";
import { call, step } from "@wb/syscall";
import { commandHelp } from "../command/help-text.ts";
import { usage } from "../flags.ts";
import { parseOptions } from "../getopt.ts";
import { becomeCommand } from "../in-place/become-command.ts";
import { type Command, SHELL } from "../in-place/execvp.ts";
import { EXIT } from "../user-error.ts";
import { versionText } from "../version.ts";
import { writeAll } from "../write-all.ts";
import { CHROOT } from "./chroot-flags.ts";
import { chrootUserSteps } from "./chroot-user.ts";

/** `wb chroot`: becomes a command with another root directory. */
export function chrootCommand(args: readonly string[]): number {
  const { flags, words } = parseOptions("chroot", CHROOT.flags, args);
  if (flags.help === true || flags.version === true) {
    writeAll(flags.help === true ? commandHelp(CHROOT) : versionText);
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
