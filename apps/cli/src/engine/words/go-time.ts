/**
 * Reads a time as Go's time.Parse does, with its words for what is none: `parsing time "2026-13-01": month out of range`.
 *
 * @returns seconds since 1970, and nanoseconds
 * @param layout of `2006-01-02T15:04:05.999999999Z07:00` the parts that are meant
 * @param offset seconds east of UTC where the layout has no zone
 * @throws RangeError with Go's words
 */
export function parseGoTime(layout: string, value: string, offset: number): { sec: number; nsec: number } {
  const parts = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0, nsec: 0, offset };
  let rest = value;
  for (const [element] of layout.matchAll(ELEMENTS)) {
    const found = (READERS[element] ?? literal(element)).exec(rest);
    if (found === null)
      throw new RangeError(
        `parsing time ${quote(value)} as ${quote(layout)}: cannot parse ${quote(rest)} as ${quote(element)}`,
      );
    const [text] = found;
    const problem = SETTERS[element]?.(parts, text);
    if (problem !== undefined) throw new RangeError(`parsing time ${quote(value)}: ${problem} out of range`);
    rest = rest.slice(text.length);
  }
  if (rest !== "") throw new RangeError(`parsing time ${quote(value)}: extra text: ${quote(rest)}`);
  const { year, month, day, hour, minute, second } = parts;
  // Not Date.UTC(), to which the year 26 is 1926.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (day < 1 || date.getUTCDate() !== day) throw new RangeError(`parsing time ${quote(value)}: day out of range`);
  date.setUTCHours(hour, minute, second);
  return { sec: date.getTime() / 1000 - parts.offset, nsec: parts.nsec };
}

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  nsec: number;
  offset: number;
}

const ELEMENTS = /2006|01|02|15|04|05|\.9+|Z07:00|[^\d]/g;

/** What stands for an element; Go takes a fraction after any seconds, and with a comma. */
const READERS: Readonly<Record<string, RegExp>> = {
  "2006": /^\d{4}/,
  "01": /^\d\d/,
  "02": /^\d\d/,
  "15": /^\d\d?/,
  "04": /^\d\d/,
  "05": /^\d\d(?:[.,]\d+)?/,
  ".999999999": /^/,
  "Z07:00": /^(?:Z|[+-]\d\d:\d\d)/,
};

/** Each says the name of what is out of its range. */
const SETTERS: Readonly<Record<string, (parts: Parts, text: string) => string | undefined>> = {
  "2006": (parts, text) => void (parts.year = Number(text)),
  "01": (parts, text) => {
    parts.month = Number(text);
    return parts.month < 1 || parts.month > 12 ? "month" : undefined;
  },
  "02": (parts, text) => void (parts.day = Number(text)),
  "15": (parts, text) => {
    parts.hour = Number(text);
    return parts.hour > 23 ? "hour" : undefined;
  },
  "04": (parts, text) => {
    parts.minute = Number(text);
    return parts.minute > 59 ? "minute" : undefined;
  },
  "05": (parts, text) => {
    parts.second = Number(text.slice(0, 2));
    parts.nsec = Number(text.slice(3, 12).padEnd(9, "0"));
    return parts.second > 59 ? "second" : undefined;
  },
  "Z07:00": (parts, text) => {
    const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(4))];
    parts.offset = (text.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60);
    if (hours > 24) return "time zone offset hour";
    return minutes > 60 ? "time zone offset minute" : undefined;
  },
};

function literal(character: string): RegExp {
  return new RegExp(`^\\u{${character.codePointAt(0)?.toString(16)}}`, "u");
}

function quote(text: string): string {
  return JSON.stringify(text);
}
