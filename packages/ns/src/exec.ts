import { call, CLOSE_RANGE, F, type Program, run, step, type User, userSteps } from "@wb/syscall";
import { commandError } from "./command-error.ts";
import { blockingStdio, defaultSignals, execute, workingDirectory } from "./command.ts";

export interface ExecOptions {
  /** Steps before the command, in order. They change this process: its root, its ids, the namespaces of this thread. */
  readonly setup?: Program;
  /** The command's environment. Default: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where it starts. Default: where `setup` leaves this process. */
  readonly cwd?: string;
  /** Who it is. Default: who this process is after `setup`. */
  readonly user?: User;
}

/**
 * Becomes a command: execve(2) in this process, which keeps its pid, its parent and its terminal; stdio alone stays open, and
 * the command begins as a child of a shell would: default signals, none blocked, blocking stdio. Does not return. What this
 * process had in hand is gone: call it when nothing else is going on.
 *
 * Equivalent to `exec COMMAND` of a shell.
 *
 * @throws SyscallError for the first call that failed, CommandError when the command cannot be executed. What was changed until
 * then stays so, the actions of signals included: this process is good only to say it and to end
 * @example
 * exec(["sh"], { setup: [step("change the root", [call("chroot", "/srv/root"), call("chdir", "/")])] });
 */
export function exec(argv: readonly [string, ...string[]], options: ExecOptions = {}): never {
  const { setup = [], env = process.env, cwd, user } = options;
  try {
    run([
      ...setup,
      ...(user === undefined ? [] : userSteps(user)),
      ...(cwd === undefined ? [] : [workingDirectory(cwd)]),
      step("leave the command stdio and nothing else", [
        call("close_range", 3, LAST_FD, CLOSE_RANGE.CLOEXEC),
        ...STDIO.map((fd) => call("fcntl", fd, F.SETFD, 0)),
      ]),
      blockingStdio(STDIO),
      defaultSignals,
      execute({ argv, env }),
    ]);
  } catch (error) {
    throw commandError(error, argv[0]);
  }
  throw new Error("execve(2) returned");
}

const STDIO = [0, 1, 2];
const LAST_FD = 0xffff_ffff;
