import { type NsProcess, spawn, type SpawnOptions } from "@wb/ns";
import { SIG } from "@wb/syscall";
import { EXIT } from "../user-error.ts";

/** Signals of the terminal: the command is in the same process group and gets them itself. */
const OF_TERMINAL: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT"];
const FORWARDED = ["SIGTERM", "SIGHUP"] as const;

/** The command of a person who named none: their shell. */
export function defaultCommand(words: readonly string[]): [string, ...string[]] {
  const [file, ...args] = words;
  return file === undefined ? [process.env["SHELL"] ?? "/bin/sh"] : [file, ...args];
}

/** Starts a command in place of this one, as util-linux's tools do by execve, and waits for it. Returns its exit status. */
export async function runInForeground(argv: readonly [string, ...string[]], options: SpawnOptions): Promise<number> {
  return exitStatusOf(await spawn(argv, { dieWithParent: false, ...options }));
}

/** Waits for a command that has the terminal. Returns its exit status, 128 and the signal when it was killed. */
export async function exitStatusOf(command: NsProcess): Promise<number> {
  const ignore = (): void => undefined;
  const forward = (signal: (typeof FORWARDED)[number]): void => void command.kill(signal);
  for (const signal of OF_TERMINAL) process.on(signal, ignore);
  for (const signal of FORWARDED) process.on(signal, forward);
  const { code, signal } = await command.wait();
  for (const one of OF_TERMINAL) process.off(one, ignore);
  for (const one of FORWARDED) process.off(one, forward);
  return signal === null ? (code ?? EXIT.failure) : EXIT.signal + SIG[signal.slice("SIG".length) as keyof typeof SIG];
}
