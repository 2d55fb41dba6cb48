import { UserError } from "./user-error.ts";

/**
 * Milliseconds of a duration as Go writes it: `5s`, `1m30s`, `-1.5h`, `0`; exact to nanoseconds, which are fractions.
 *
 * @throws UserError in the words of Go's time.ParseDuration
 */
export function parseDuration(text: string): number {
  const unsigned = text.replace(/^[+-]/, "");
  if (unsigned === "0") return 0;
  let nanoseconds = 0n;
  let rest = unsigned;
  do {
    const [part, whole = "", fraction = "", unit = ""] = PART.exec(rest) ?? [""];
    if (whole === "" && fraction === "") throw invalid(`invalid duration ${quoted(text)}`);
    if (unit === "") throw invalid(`missing unit in duration ${quoted(text)}`);
    const size = UNITS.get(unit);
    if (size === undefined) throw invalid(`unknown unit ${quoted(unit)} in duration ${quoted(text)}`);
    nanoseconds += BigInt(whole) * size + (BigInt(fraction) * size) / 10n ** BigInt(fraction.length);
    if (nanoseconds > MOST) throw invalid(`invalid duration ${quoted(text)}`);
    rest = rest.slice(part.length);
  } while (rest !== "");
  return (Number(nanoseconds) / 1e6) * (text.startsWith("-") ? -1 : 1);
}

/** A duration as Go prints it: `1h0m5s`, `1.5s`, `300ms`, `0s`. */
export function durationText(milliseconds: number): string {
  const total = BigInt(Math.round(Math.abs(milliseconds) * 1e6));
  if (total === 0n) return "0s";
  const sign = milliseconds < 0 ? "-" : "";
  if (total < 1_000n) return `${sign}${total}ns`;
  if (total < 1_000_000n) return `${sign}${Number(total) / 1e3}µs`;
  if (total < 1_000_000_000n) return `${sign}${Number(total) / 1e6}ms`;
  const [hours, minutes] = [total / HOUR, (total / MINUTE) % 60n];
  const fraction = String(total % SECOND)
    .padStart(9, "0")
    .replace(/0+$/, "");
  const seconds = `${(total / SECOND) % 60n}${fraction === "" ? "" : `.${fraction}`}s`;
  return `${sign}${hours > 0n ? `${hours}h` : ""}${total >= MINUTE ? `${minutes}m` : ""}${seconds}`;
}

/** A number, of which the point may stand at either end, and all that is neither digit nor point. */
const PART = /^(\d*)(?:\.(\d*))?([^\d.]*)/;

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;
/** 292 years: Go counts in 64 bits. */
const MOST = 2n ** 63n - 1n;

/** In nanoseconds. Micro has two letters in Unicode. */
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["\u00b5s", 1_000n],
  ["\u03bcs", 1_000n],
  ["ms", 1_000_000n],
  ["s", SECOND],
  ["m", MINUTE],
  ["h", HOUR],
]);

function invalid(reason: string): UserError {
  return new UserError(`time: ${reason}`, { hint: "a number with a unit is meant: 5s, 1m30s, 500ms" });
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
