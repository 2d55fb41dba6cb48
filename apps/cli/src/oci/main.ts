import { oneLine } from "../report-error.ts";
import { writeAll } from "../write-all.ts";
import { COMMANDS } from "./commands.ts";
import { errorText, OciError, statusOf } from "./error-text.ts";
import { describeOciFlags, parseOciFlags } from "./flags.ts";
import { GLOBAL_FLAGS, type Globals, globalsOf } from "./globals.ts";
import { NAMES } from "./names.ts";
import { versionLines } from "./version-lines.ts";

/** `wb oci`: an OCI runtime with the command line of runc(8), for docker, containerd, podman and CRI-O to call. */
export async function ociCommand(args: readonly string[]): Promise<number> {
  let globals: Globals | undefined;
  try {
    const { flags, words } = parseOciFlags(GLOBAL_FLAGS, args);
    if (flags.version === true) {
      writeAll(versionLines());
      return 0;
    }
    const [name, ...rest] = isHelp(words[0]) && words[1] !== undefined ? [words[1], "--help"] : words;
    if (flags.help === true || name === undefined || isHelp(name)) {
      writeAll(HELP);
      return 0;
    }
    globals = globalsOf(flags);
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined)
      throw new OciError(
        `No help topic for '${name}' (the commands are ${Object.keys(COMMANDS).join(", ")})`,
        undefined,
        NO_COMMAND,
      );
    globals.log.write("debug", `${NAMES.commands} ${args.join(" ")}`);
    const status = await command.run(rest, globals);
    globals.log.write("debug", `${name} ended with ${status}`);
    return status;
  } catch (error) {
    return report(error, args, globals);
  }
}

/** runc's status. */
const NO_COMMAND = 3;

function isHelp(word: string | undefined): boolean {
  return word === "help" || word === "h";
}

/** What an engine shows its user is the message in the log; a person reads stderr. */
function report(error: unknown, args: readonly string[], globals: Globals | undefined): number {
  const message = errorText(error);
  globals?.log.write("error", message);
  if (globals === undefined || args.some((word) => /^--?log(?:=|$)/.test(word)))
    process.stderr.write(`${oneLine(message)}\n`);
  if (error instanceof Error && args.includes("--debug")) process.stderr.write(`${error.stack}\n`);
  return statusOf(error);
}

const HELP = `NAME:
   ${NAMES.commands} - Open Container Initiative runtime, with the command line of runc(8)

USAGE:
   ${NAMES.commands} [global options] command [command options] [arguments...]

COMMANDS:
${Object.entries(COMMANDS)
  .map(([name, command]) => `   ${name.padEnd(9)} ${command?.help}`)
  .join("\n")}

GLOBAL OPTIONS:
${describeOciFlags(GLOBAL_FLAGS)}
`;
