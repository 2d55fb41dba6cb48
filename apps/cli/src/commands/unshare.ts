import { commandHelp } from "../command/help-text.ts";
import { parseOptions } from "../getopt.ts";
import { becomeCommand } from "../in-place/become-command.ts";
import { commandOrShell } from "../in-place/command-steps.ts";
import { EXIT_FAILURE } from "../in-place/exit-failure.ts";
import { versionText } from "../version.ts";
import { writeAll } from "../write-all.ts";
import { UNSHARE } from "./unshare-flags.ts";
import { unshareProgram } from "./unshare-program.ts";

/** `wb unshare`: becomes a command in new namespaces. */
export function unshareCommand(args: readonly string[]): number {
  const { flags, words, order } = parseOptions("unshare", UNSHARE.flags, args);
  if (flags.help === true || flags.version === true) {
    writeAll(flags.help === true ? commandHelp(UNSHARE) : versionText);
    return 0;
  }
  return becomeCommand(unshareProgram(flags, order), commandOrShell(words), { failure: EXIT_FAILURE });
}
