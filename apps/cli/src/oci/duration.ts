import { UserError } from "../user-error.ts";

/**
 * Milliseconds of a duration as Go writes it: `5s`, `1m30s`, `500ms`, `1.5h`.
 *
 * @throws UserError for what is none
 */
export function parseDuration(name: string, text: string): number {
  // Both letters that Unicode has for the sign of micro, as Go takes them.
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/g)];
  const isWhole = parts.length > 0 && parts.map(([part]) => part).join("") === text.replace(/^[+-]/, "");
  if (!isWhole && text !== "0")
    throw new UserError(`invalid value ${JSON.stringify(text)} for flag -${name}: parse error`, {
      hint: "a number with a unit is meant: 5s, 500ms",
    });
  const sum = parts.reduce((all, [, number, unit = ""]) => all + Number(number) * (UNITS[unit] ?? 0), 0);
  return text.startsWith("-") ? -sum : sum;
}

/** In milliseconds. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "\u00b5s": 1e-3,
  "\u03bcs": 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
