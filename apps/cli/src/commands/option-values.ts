import { SIG } from "@wb/syscall";
import { usage } from "../flags.ts";

/** @throws UserError for what is no user or group id */
export function idOption(command: string, flag: string, text: string): number {
  return naturalOption(command, flag, text, { most: 0xffff_fffe, meant: "a number" });
}

/** @throws UserError for what is no process id */
export function pidOption(command: string, flag: string, text: string): number {
  return naturalOption(command, flag, text, { most: 0x7fff_ffff, meant: "a process id" });
}

/** @throws UserError for what is no number from 0 to `most` */
export function naturalOption(
  command: string,
  flag: string,
  text: string,
  { most, meant }: { readonly most: number; readonly meant: string },
): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > most)
    throw usage(command, `invalid argument ${JSON.stringify(text)} for ${flag}: ${meant} is meant`);
  return Number(text);
}

/** The number of a signal by its name, `SIGKILL` or `KILL`, or its number; `RTMIN+1` of those for real time. */
export function signalOption(command: string, flag: string, text: string): number {
  const name = text.toUpperCase().replace(/^SIG/, "");
  const [, first, offset = "0"] = /^(RTMIN|RTMAX)([+-]\d+)?$/.exec(name) ?? [];
  const number = /^\d+$/.test(name)
    ? Number(name)
    : first === undefined
      ? SIG[name as keyof typeof SIG]
      : (first === "RTMIN" ? 34 : 64) + Number(offset);
  if (number === undefined || number < 1 || number > 64)
    throw usage(command, `invalid argument ${JSON.stringify(text)} for ${flag}: there is no such signal`);
  return number;
}

/** @throws UserError for another word than these */
export function wordOption<T extends string>(command: string, flag: string, text: string, words: readonly T[]): T {
  const found = words.find((word) => word === text);
  if (found === undefined)
    throw usage(command, `invalid argument ${JSON.stringify(text)} for ${flag}: ${words.join(", ")}`);
  return found;
}
