import { statSync, writeSync } from "node:fs";
import { exec } from "@wb/ns";
import { call, step, type User } from "@wb/syscall";
import { resolveAccount } from "../engine/account.ts";
import { describeFlags, parseFlags, usage } from "../flags.ts";
import { UserError } from "../user-error.ts";

/** The options of chroot(1) of coreutils. */
const FLAGS = {
  userspec: { type: "string", value: "USER:GROUP", help: "Who the command is, by the new root's own files" },
  groups: { type: "string", value: "G1,G2", help: "Supplementary groups, by number" },
  "skip-chdir": { type: "boolean", help: "Do not change the working directory to /" },
  help: { type: "boolean", help: "Show this" },
} as const;

const HELP = `Usage: wb chroot [FLAGS] NEWROOT [COMMAND [ARG...]]

Run a command with another root directory, as chroot(1) does; without one, an interactive shell.
A process with CAP_SYS_CHROOT can leave such a root: for a container use wb run --rootfs.

${describeFlags(FLAGS)}
`;

/** `wb chroot`: runs a command with another root directory. */
export function chrootCommand(args: readonly string[]): number {
  const { flags, words } = parseFlags("chroot", FLAGS, args);
  if (flags.help === true) {
    writeSync(1, HELP);
    return 0;
  }
  const [root, ...command] = words;
  if (root === undefined) throw usage("chroot", "no new root directory was given");
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UserError(`cannot change the root directory to ${JSON.stringify(root)}: there is no such directory`);
  if (flags["skip-chdir"] === true && root !== "/") throw usage("chroot", "--skip-chdir goes with the root / only");
  const [file = process.env["SHELL"] ?? "/bin/sh", ...rest] =
    command.length === 0 ? [process.env["SHELL"] ?? "/bin/sh", "-i"] : command;
  const user = userOption(root, flags);
  return exec([file, ...rest], {
    setup: [
      step(
        `change the root to ${root}`,
        [call("chroot", root), ...(flags["skip-chdir"] === true ? [] : [call("chdir", "/")])],
        `chroot ${root}`,
      ),
    ],
    ...(user === undefined ? {} : { user }),
  });
}

function userOption(
  root: string,
  { userspec, groups }: { readonly userspec?: string; readonly groups?: string },
): User | undefined {
  if (userspec === undefined && groups === undefined) return undefined;
  const account = resolveAccount(userspec ?? String(process.geteuid?.() ?? 0), root);
  return {
    uid: account.uid,
    gid: account.gid,
    groups:
      groups === undefined
        ? account.groups
        : groups
            .split(",")
            .filter((text) => text !== "")
            .map(groupOption),
  };
}

function groupOption(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw usage("chroot", `invalid group ${JSON.stringify(text)}: a number is meant`);
  return Number(text);
}
