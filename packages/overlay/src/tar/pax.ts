import { type ByteString } from "./byte-string.ts";
import { TarError } from "./tar-error.ts";

/** A record of an extended header. */
export type PaxRecord = readonly [keyword: string, value: ByteString];

/** The records that count for an entry, by keyword. */
export type PaxRecords = ReadonlyMap<string, ByteString>;

/**
 * Splits the content of an extended header into its records `LENGTH KEYWORD=VALUE\n`, in order.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, "pax Extended Header"
 *
 * @param offset where its header is in the archive, for errors
 * @throws TarError for a record that is none
 */
export function decodePax(content: ByteString, offset: number): PaxRecord[] {
  const records: PaxRecord[] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(" ", at);
    const digits = space === -1 || space - at > MOST_DIGITS ? "" : content.slice(at, space);
    // The length counts everything of the record: its own digits and the newline, too.
    const end = /^[1-9]\d*$/.test(digits) ? at + Number(digits) : -1;
    const equals = content.indexOf("=", space);
    const valid = end <= content.length && content[end - 1] === "\n" && equals > space + 1 && equals < end;
    if (!valid) throw new TarError(`its extended header has no record at its byte ${at}`, { offset });
    records.push([content.slice(space + 1, equals), content.slice(equals + 1, end - 1)]);
    at = end;
  }
  return records;
}

const MOST_DIGITS = 9;

/**
 * The records of several headers together: later ones count, and one without a value takes an earlier one away, unless it is
 * an extended attribute, which may be empty.
 */
export function mergePax(before: PaxRecords, records: readonly PaxRecord[]): PaxRecords {
  const merged = new Map(before);
  for (const [keyword, value] of records) {
    if (value === "" && xattrName(keyword) === undefined) merged.delete(keyword);
    else merged.set(keyword, value);
  }
  return merged;
}

/** A time of a file. */
export interface Time {
  /** Seconds since 1970, rounded down. */
  readonly sec: number;
  /** Nanoseconds after that. */
  readonly nsec: number;
}

/** `1700000000.123456789`, also negative; what is finer than nanoseconds is cut off. Undefined for what is no time. */
export function paxTime(text: string): Time | undefined {
  const [, sign, seconds, fraction = ""] = /^(-?)(\d{1,16})(?:\.(\d*))?$/.exec(text) ?? [];
  const [sec, nsec] = [Number(seconds), Number(fraction.slice(0, 9).padEnd(9, "0"))];
  if (!Number.isSafeInteger(sec)) return undefined;
  if (sign === "") return { sec, nsec };
  return nsec === 0 ? { sec: 0 - sec, nsec } : { sec: -1 - sec, nsec: 1_000_000_000 - nsec };
}

/** A decimal that a number holds exactly; undefined for anything else. */
export function paxNumber(text: string): number | undefined {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Extended attributes in records: Schily's, which GNU tar and docker write, and libarchive's for what has none of his. */
export function paxXattrs(records: PaxRecords): (readonly [name: ByteString, value: Buffer])[] {
  const found: (readonly [ByteString, Buffer])[] = [];
  for (const [keyword, value] of records) {
    const name = xattrName(keyword);
    if (name === undefined) continue;
    if (keyword.startsWith(SCHILY)) found.push([name, Buffer.from(value, "latin1")]);
    else if (!records.has(SCHILY + name)) found.push([name, Buffer.from(value, "base64")]);
  }
  return found;
}

/** Undefined for a record of something else. */
function xattrName(keyword: string): ByteString | undefined {
  if (keyword.startsWith(SCHILY)) return keyword.slice(SCHILY.length);
  return keyword.startsWith(LIBARCHIVE) ? decodePercent(keyword.slice(LIBARCHIVE.length)) : undefined;
}

const SCHILY = "SCHILY.xattr.";
const LIBARCHIVE = "LIBARCHIVE.xattr.";

function decodePercent(text: string): ByteString {
  return text.replaceAll(/%([\da-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
