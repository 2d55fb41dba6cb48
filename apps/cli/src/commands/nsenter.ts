import { commandHelp } from "../command/help-text.ts";
import { parseOptions } from "../getopt.ts";
import { becomeCommand } from "../in-place/become-command.ts";
import { commandOrShell } from "../in-place/command-steps.ts";
import { EXIT_FAILURE } from "../in-place/exit-failure.ts";
import { versionText } from "../version.ts";
import { writeAll } from "../write-all.ts";
import { NSENTER } from "./nsenter-flags.ts";
import { nsenterProgram } from "./nsenter-program.ts";
import { openTarget } from "./nsenter-target.ts";

/** `wb nsenter`: becomes a command in the namespaces of another process. */
export function nsenterCommand(args: readonly string[]): number {
  const { flags, words } = parseOptions("nsenter", NSENTER.flags, args);
  if (flags.help === true || flags.version === true) {
    writeAll(flags.help === true ? commandHelp(NSENTER) : versionText);
    return 0;
  }
  const target = openTarget(flags);
  const { namespaces, root, wd, cgroup, env } = target;
  const fds = [...namespaces.map(({ fd }) => fd), root, wd, cgroup].filter((fd) => fd !== undefined);
  const command = commandOrShell(words);
  return becomeCommand(nsenterProgram(flags, target), env === undefined ? command : { ...command, env }, {
    failure: EXIT_FAILURE,
    inherit: fds,
  });
}
