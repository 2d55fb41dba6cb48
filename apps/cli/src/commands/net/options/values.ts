import { parseIp, parsePrefix } from "@wb/net";
import { usage } from "../../../flags.ts";
import { naturalOption, wordOption } from "../../option-values.ts";

/** Bytes, seconds and other numbers; undefined where there is none. @throws UserError */
export function numberOption(
  command: string,
  flag: string,
  text: string | undefined,
  most = 0xffff_ffff,
): number | undefined {
  return text === undefined ? undefined : naturalOption(command, flag, text, { most, meant: `a number up to ${most}` });
}

/** One of the words of ip(8), or a number of the same meaning. @throws UserError */
export function wordOrNumber<T extends string>(
  command: string,
  flag: string,
  text: string | undefined,
  words: readonly T[],
): T | number | undefined {
  if (text === undefined) return undefined;
  return /^\d{1,10}$/.test(text) ? Number(text) : wordOption(command, flag, text, words);
}

/** A hardware address. @throws UserError */
export function macOption(command: string, flag: string, text: string | undefined): string | undefined {
  if (text === undefined || /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text)) return text;
  throw usage(command, `invalid argument ${JSON.stringify(text)} for ${flag}: 02:42:ac:11:00:02 is meant`);
}

/** An address, with the length of its prefix or without. @throws UserError */
export function prefixWord(command: string, what: string, text: string, example = "10.244.244.1/24"): string {
  return checked(command, what, text, example, parsePrefix);
}

/** An address alone. @throws UserError */
export function ipOption(command: string, flag: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : checked(command, flag, text, "10.244.244.1", parseIp);
}

function checked(
  command: string,
  what: string,
  text: string,
  example: string,
  parse: (text: string) => unknown,
): string {
  try {
    parse(text);
    return text;
  } catch {
    throw usage(command, `invalid argument ${JSON.stringify(text)} for ${what}: ${example} is meant`);
  }
}
