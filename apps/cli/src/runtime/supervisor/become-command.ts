import { defaultSignals } from "@wb/ns";
import { AT_FDCWD, call, ignoring, O, type Program, step, value } from "@wb/syscall";

/** A program to execute, and all of its environment. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The Steps by which a process becomes a command of wb, with /dev/null for stdio. It has no other file descriptor but, as number 3, the
 * directory of a supervisor with its lock, if one is given: as long as it runs, others see that somebody is at it.
 *
 * @param lock the cell with that directory
 */
export function becomeCommand({ argv, env }: Command, lock?: string): Program {
  const [file] = argv;
  const words = Object.entries(env).map(([name, text]) => `${name}=${text}`);
  return [
    defaultSignals,
    step("become the command", [
      ...(lock === undefined ? [] : [ignoring(call("dup3", value(lock), KEPT, 0))]),
      ignoring(call("close_range", 0, KEPT - 1, 0)),
      ignoring(call("close_range", lock === undefined ? KEPT : KEPT + 1, 0xffff_ffff, 0)),
      ...[0, 1, 2].map(() => ignoring(call("openat", AT_FDCWD, "/dev/null", O.RDWR, 0))),
      ignoring(call("execve", file, argv, words)),
      call("exit_group", 127),
    ]),
  ];
}

const KEPT = 3;
