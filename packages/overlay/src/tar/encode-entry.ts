import type { ByteString } from "./byte-string.ts";
import type { TarEntry, TarType } from "./tar-entry.ts";
import { BLOCK } from "./tar-header.ts";

/** An entry to be written: its content follows, filled up to a block. */
export type NewEntry = Omit<TarEntry, "offset" | "stored" | "extents" | "atime">;

/**
 * The header of an entry, POSIX ustar, with an extended header before it where that has no room: for long names, large
 * numbers, times that are no whole seconds, extended attributes.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
 *
 * @throws TypeError for an extended attribute whose name pax cannot say
 */
export function encodeEntry(entry: NewEntry): Buffer {
  const records = paxRecords(entry);
  const block = header(entry, TYPEFLAGS[entry.type]);
  if (records.length === 0) return block;
  const content = Buffer.from(records.map(record).join(""), "latin1");
  const extended = header({ ...PLAIN, name: "PaxHeaders/entry", size: content.length }, "x");
  return Buffer.concat([extended, content, Buffer.alloc(padding(content.length)), block]);
}

/** NULs that fill up content to a block. */
export function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

const TYPEFLAGS: Readonly<Record<TarType, string>> = {
  file: "0",
  link: "1",
  symlink: "2",
  "character-device": "3",
  "block-device": "4",
  directory: "5",
  fifo: "6",
};

const PLAIN: NewEntry = {
  type: "file",
  name: "",
  linkname: "",
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: { sec: 0, nsec: 0 },
  devmajor: 0,
  devminor: 0,
  xattrs: [],
};

/** Bytes that the name fields have, and what the numbers of 7 and of 11 octal digits end with. */
const NAME = 100;
const LARGEST = { short: 0o777_7777, long: 0o777_7777_7777 } as const;

type Record_ = readonly [keyword: ByteString, value: ByteString];

function paxRecords({ name, linkname, uid, gid, size, mtime, xattrs }: NewEntry): Record_[] {
  const records: Record_[] = [];
  if (gid > LARGEST.short) records.push(["gid", `${gid}`]);
  if (linkname.length > NAME) records.push(["linkpath", linkname]);
  if (mtime.nsec !== 0 || !fits(mtime.sec, LARGEST.long)) records.push(["mtime", timeText(mtime)]);
  if (name.length > NAME) records.push(["path", name]);
  if (size > LARGEST.long) records.push(["size", `${size}`]);
  if (uid > LARGEST.short) records.push(["uid", `${uid}`]);
  for (const [xattr, value] of xattrs) {
    if (xattr.includes("=")) throw new TypeError(`${xattr}: an archive cannot have an attribute with "=" in its name`);
    records.push([`SCHILY.xattr.${xattr}`, value.toString("latin1")]);
  }
  return records;
}

/** Its length counts its own digits. */
function record([keyword, value]: Record_): ByteString {
  const rest = ` ${keyword}=${value}\n`;
  let length = rest.length + 1;
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
  return `${length}${rest}`;
}

/** Times are rounded down to seconds, also those before 1970: pax counts the fraction from zero. */
function timeText({ sec, nsec }: NewEntry["mtime"]): string {
  if (sec >= 0 || nsec === 0) return decimal(sec, nsec);
  return `-${decimal(-1 - sec, 1_000_000_000 - nsec)}`;
}

function decimal(sec: number, nsec: number): string {
  return nsec === 0 ? `${sec}` : `${sec}.${`${nsec}`.padStart(9, "0").replace(/0+$/, "")}`;
}

function fits(number: number, largest: number): boolean {
  return number >= 0 && number <= largest;
}

function header(entry: NewEntry, typeflag: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(entry.name, 0, NAME, "latin1");
  octal(block, entry.mode, 100, 7);
  octal(block, fits(entry.uid, LARGEST.short) ? entry.uid : 0, 108, 7);
  octal(block, fits(entry.gid, LARGEST.short) ? entry.gid : 0, 116, 7);
  octal(block, fits(entry.size, LARGEST.long) ? entry.size : 0, 124, 11);
  octal(block, fits(entry.mtime.sec, LARGEST.long) ? entry.mtime.sec : 0, 136, 11);
  block.write(typeflag, 156, 1, "latin1");
  block.write(entry.linkname, 157, NAME, "latin1");
  block.write("ustar\u000000", 257, 8, "latin1");
  octal(block, entry.devmajor, 329, 7);
  octal(block, entry.devminor, 337, 7);
  let sum = 8 * 0x20;
  for (let index = 0; index < BLOCK; index++) sum += block[index] ?? 0;
  octal(block, sum, 148, 6);
  block[155] = 0x20;
  return block;
}

function octal(block: Buffer, number: number, at: number, digits: number): void {
  block.write(number.toString(8).padStart(digits, "0"), at, digits, "latin1");
}
