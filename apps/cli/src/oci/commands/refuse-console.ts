import { UserError } from "../../user-error.ts";
import { NAMES } from "../names.ts";

export interface ConsoleUse {
  /** Whether the process is to have a terminal. */
  readonly terminal: boolean;
  /** Whether nobody stays to read and write it. */
  readonly detach: boolean;
  readonly socket: string | undefined;
}

/** @throws UserError for a terminal that nobody would get, and a socket that would get none; in runc's words */
export function refuseConsole({ terminal, detach, socket }: ConsoleUse): void {
  if (terminal && detach && socket === undefined)
    throw new UserError(
      `cannot allocate tty if ${NAMES.program} will detach without setting console socket: use --console-socket PATH, which gets the terminal`,
    );
  if (!terminal && socket !== undefined)
    throw new UserError(`cannot use console socket if ${NAMES.program} will not allocate tty`, {
      hint: "leave --console-socket away, or have a terminal: process.terminal",
    });
}
