import { SIG } from "@wb/syscall";
import { UserError } from "../user-error.ts";

/**
 * The number of a signal as kill(1) takes it: `15`, `TERM`, `sigterm`, `RTMIN+3`.
 *
 * @throws UserError for what is none
 */
export function signalNumber(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : named(text.toUpperCase().replace(/^SIG/, ""));
  if (number !== undefined && number >= 0 && number <= LAST) return number;
  throw new UserError(`unknown signal ${JSON.stringify(text)}`, {
    hint: `a name of signal(7), or a number up to ${LAST}`,
  });
}

function named(name: string): number | undefined {
  if (Object.hasOwn(SIG, name)) return SIG[name as keyof typeof SIG];
  const [, base, offset = "0"] = /^RT(MIN|MAX)(?:[+-](\d+))?$/.exec(name) ?? [];
  if (base === undefined) return undefined;
  return base === "MIN" ? FIRST_REALTIME + Number(offset) : LAST - Number(offset);
}

/** The first that the C library leaves to programs, and the last, signal(7). */
const FIRST_REALTIME = 34;
const LAST = 64;
