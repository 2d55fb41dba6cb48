import { isErrno, run } from "@wb/syscall";
import { isInForeground } from "./caller-terminal.ts";
import { guardTerminal } from "./terminal-guard.ts";
import { RAW_MODE, rawModeSteps, setTerminalStep, TERMIOS_SIZE } from "./termios.ts";

/** The caller's terminal in raw mode. Disposing of it sets it as it was. */
export interface RawMode extends Disposable {
  /** Sets it as it was, for the time that wb is stopped. */
  readonly leave: () => void;
  /** Raw mode again, once wb goes on. */
  readonly enterAgain: () => void;
}

/**
 * Puts the caller's terminal into raw mode: what is typed goes to the container as it is, and what comes out of it was
 * processed there. In the background this stops wb until it is brought to the foreground, as every program.
 *
 * @throws SyscallError EIO in the background of a terminal without a shell, which would bring nothing to the foreground
 */
export function enterRawMode(tty: number): RawMode {
  const read = run(rawModeSteps(tty));
  const settings = { saved: read.bytes("saved", TERMIOS_SIZE), raw: read.bytes("raw", TERMIOS_SIZE) };
  const enter = (): void => void run([setTerminalStep(RAW_MODE, { tty, termios: settings.raw })]);
  const leave = (): void => void run([setTerminalStep("set the terminal as it was", { tty, termios: settings.saved })]);
  // Before anything is changed: wb may be killed between any two calls.
  const guard = guardTerminal(tty, settings);
  try {
    enter();
  } catch (error) {
    guard[Symbol.dispose]();
    throw error;
  }
  return {
    leave: () => ifOurs(tty, leave),
    enterAgain: () => ifOurs(tty, enter),
    [Symbol.dispose]: () => {
      ifOurs(tty, leave);
      // What is still to be done from the background, the guard does.
      guard[Symbol.dispose]();
    },
  };
}

/** In the background, setting the terminal would stop wb (SIGTTOU); one that has been hung up has no settings any more. */
function ifOurs(tty: number, set: () => void): void {
  try {
    if (isInForeground(tty)) set();
  } catch (error) {
    if (!isErrno(error, "EIO", "ENOTTY")) throw error;
  }
}
