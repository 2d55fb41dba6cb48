import { basename } from "node:path";
import { blockingStdio, defaultSignals } from "@wb/ns";
import { rlimitSteps } from "@wb/security";
import { call, CLOSE_RANGE, F, type Program, step } from "@wb/syscall";
import { callerNofile } from "../engine/caller-limits.ts";
import { type Command, execvp, SHELL } from "./execvp.ts";

/** The command of a command line; where it names none, the caller's shell as a login shell, as util-linux starts it. */
export function commandOrShell(words: readonly string[]): Command {
  const [file, ...args] = words;
  if (file !== undefined) return { argv: [file, ...args], env: process.env };
  const shell = process.env["SHELL"] ?? SHELL;
  return { argv: [shell], argv0: `-${basename(shell)}`, env: process.env };
}

/**
 * The Steps that put back what Node has changed for itself, and execute a command in its place: the limit of open files,
 * stdio that is non-blocking and closed by exec, ignored signals. No file descriptor but stdin, stdout and stderr is left.
 */
export function commandSteps(command: Command): Program {
  return [
    step("leave the command stdio and nothing else", [
      call("close_range", 3, LAST_FD, CLOSE_RANGE.CLOEXEC),
      ...STDIO.map((fd) => call("fcntl", fd, F.SETFD, 0)),
    ]),
    blockingStdio(STDIO),
    defaultSignals,
    execvp(command),
  ];
}

/** The Steps that come before privileges change. */
export function callerLimits(): Program {
  return rlimitSteps([callerNofile()]);
}

const STDIO = [0, 1, 2];
const LAST_FD = 0xffff_ffff;
