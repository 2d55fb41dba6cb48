import { parseDuration } from "../../durations.ts";
import { UserError } from "../../user-error.ts";
import { parseGoTime } from "./go-time.ts";

/**
 * Nanoseconds since 1970 of what `--since` and `--until` take, by docker's rules (moby, api/types/time, GetTimestamp): how long
 * ago, `10m`, from a whole second; a date, or a time of RFC 3339 with or without minutes, seconds, fraction and zone, which is
 * the one that this machine has now where none is named; seconds since 1970 with a fraction, `1767225600.25`.
 *
 * @param now milliseconds since 1970
 * @throws UserError in docker's words, which are Go's for what has a dash
 */
export function timestamp(text: string, now: number): bigint {
  const ago = text === "0" ? undefined : agoOf(text);
  if (ago !== undefined) return BigInt(Math.floor((now - ago) / 1000)) * SECOND;
  try {
    const { sec, nsec } = parseGoTime(layoutFor(text), text, -new Date(now).getTimezoneOffset() * 60);
    return BigInt(sec) * SECOND + BigInt(nsec);
  } catch (error) {
    const unix = unixTime(text);
    if (unix !== undefined) return unix;
    const reason =
      text.includes("-") && error instanceof RangeError
        ? error.message
        : `failed to parse value as time or duration: ${JSON.stringify(text)}`;
    throw new UserError(reason, {
      hint: "how long ago (10m), a date (2026-01-31T15:04:05), or seconds since 1970",
      cause: error,
    });
  }
}

const SECOND = 1_000_000_000n;

function agoOf(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch {
    return undefined;
  }
}

/** There is a zone where there is a Z, a plus, or a third dash. */
function layoutFor(text: string): string {
  const zone = /[zZ+]/.test(text) || count(text, "-") === 3 ? "Z07:00" : "";
  if (text.includes(".")) return `2006-01-02T15:04:05.999999999${zone}`;
  if (!text.includes("T")) return `2006-01-02${zone}`;
  const inZone = zone !== "" && !/[zZ]/.test(text) ? 1 : 0;
  const colons = Math.max(0, count(text, ":") - inZone);
  return `2006-01-02T15${[":04", ":05"].slice(0, colons).join("")}${zone}`;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** Of more than nine digits the rest is dropped. */
function unixTime(text: string): bigint | undefined {
  const [, seconds, fraction = ""] = /^(\+?\d{1,15})(?:\.(\d+))?$/.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  return BigInt(Number(seconds)) * SECOND + BigInt(fraction.slice(0, 9).padEnd(9, "0"));
}
