import { isErrno, isSyscallError, SIG } from "@wb/syscall";
import { COMMAND_HELP } from "./command-help.ts";
import { commandLine } from "./command-line.ts";
import { reportError } from "./report-error.ts";
import { EXIT, UserError } from "./user-error.ts";
import { versionText } from "./version.ts";
import { writeAll } from "./write-all.ts";

/** Runs the command of this process's command line, and ends the process with its exit status, or that of its error. */
export function start(commands: Commands): void {
  void run(commandLine(), commands);
}

/** What a program has of wb's commands: each returns its exit status, or a promise of it. */
export type Commands = Readonly<Record<string, (args: readonly string[]) => Promise<number>>>;

const HELP = `Usage: wb COMMAND

Containers on Linux, without a daemon.

Commands:
${Object.entries(COMMAND_HELP)
  .map(([name, command]) => `  ${name.padEnd(8)} ${command?.help}`)
  .join("\n")}

'wb COMMAND --help' tells more; 'wb --debug COMMAND ...' shows where an error comes from.
`;

const HELP_WORDS: ReadonlySet<string> = new Set(["--help", "-h", "help"]);

async function main([name, ...args]: readonly string[], commands: Commands): Promise<number> {
  if (name === "help" && args[0] !== undefined) return main([args[0], "--help"], commands);
  if (name === undefined || HELP_WORDS.has(name)) {
    writeAll(HELP);
    return 0;
  }
  if (name === "--version" || name === "version") {
    writeAll(versionText);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined)
    throw new UserError(`${JSON.stringify(name)} is not a wb command`, {
      hint: `wb has ${Object.keys(COMMAND_HELP).join(", ")}; see 'wb --help'`,
    });
  return command(args);
}

/** `wb explain … | head`: Node ignores SIGPIPE, which would end another program without a word. */
function isReaderGone(error: unknown): boolean {
  return isErrno(error, "EPIPE") && !isSyscallError(error);
}

async function run(line: readonly string[], commands: Commands): Promise<void> {
  const debug = line[0] === "--debug";
  const words = debug ? line.slice(1) : line;
  try {
    process.exitCode = await main(words, commands);
  } catch (error) {
    const [name = ""] = words;
    const failure = (Object.hasOwn(COMMAND_HELP, name) ? COMMAND_HELP[name]?.failure : undefined) ?? EXIT.failure;
    process.exitCode = isReaderGone(error) ? EXIT.signal + SIG.PIPE : reportError(error, { debug, failure });
  }
}
