import { isErrno, isSyscallError, SIG } from "@wb/syscall";
import { commandLine } from "./command-line.ts";
import type { Command } from "./command/command.ts";
import { globalFlags, setPlaces } from "./global-flags.ts";
import { findCommand } from "./registry/find-command.ts";
import { reportError } from "./report-error.ts";
import { EXIT, UserError } from "./user-error.ts";

/**
 * What a program has of wb's commands, by the first of their names; and `help`, for all other command lines, which has all their words.
 */
export type Commands = Readonly<Record<string, Command>>;

/** Runs the command of this process's command line, and ends the process with its exit status, or that of its error. */
export function start(commands: Commands): void {
  void run(commandLine(), commands);
}

async function run(line: readonly string[], commands: Commands): Promise<void> {
  const globals = globalFlags(line);
  const found = findCommand(globals.words);
  const { failure = EXIT.failure, misuse = EXIT.failure } = found?.row ?? {};
  try {
    setPlaces(globals);
    const name = found?.row.names[0] ?? globals.words[0] ?? "help";
    const isOwn = !globals.help && Object.hasOwn(commands, name);
    const action = commands[isOwn ? name : "help"];
    if (action === undefined) throw new UserError(`this program has no command ${JSON.stringify(name)}`);
    process.exitCode = await action(isOwn ? (found?.args ?? globals.words.slice(1)) : globals.words);
  } catch (error) {
    process.exitCode = isReaderGone(error)
      ? EXIT.signal + SIG.PIPE
      : reportError(error, { debug: globals.debug, failure, misuse });
  }
}

/** `wb explain … | head`: Node ignores SIGPIPE, which would end another program without a word. */
function isReaderGone(error: unknown): boolean {
  return isErrno(error, "EPIPE") && !isSyscallError(error);
}
