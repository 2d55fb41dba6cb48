import { charactersOf } from "./characters.ts";

/** A verb of a format of Go's fmt, with its flags: `%-10s`. */
export interface Verb {
  readonly letter: string;
  /** `%+v`: structs with the names of their fields. */
  readonly hasNames: boolean;
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

/** `%v`. */
export const PLAIN: Verb = {
  letter: "v",
  hasNames: false,
  minus: false,
  plus: false,
  sharp: false,
  space: false,
  zero: false,
  width: undefined,
  precision: undefined,
};

/** Fills a text up to the width, which counts characters. */
export function pad(text: string, { minus, zero, width = 0 }: Verb): string {
  const missing = width - charactersOf(text).length;
  if (missing <= 0) return text;
  return minus ? text + " ".repeat(missing) : (zero ? "0" : " ").repeat(missing) + text;
}
