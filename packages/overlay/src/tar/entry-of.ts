import type { ByteString } from "./byte-string.ts";
import { paxNumber, type PaxRecords, paxTime, paxXattrs, type Time } from "./pax.ts";
import type { TarEntry, TarType } from "./tar-entry.ts";
import { TarError } from "./tar-error.ts";
import type { TarHeader } from "./tar-header.ts";

/** What stands before an entry's header and says more of it. */
export interface Extensions {
  readonly pax: PaxRecords;
  /** GNU's long names. */
  readonly path?: ByteString;
  readonly linkpath?: ByteString;
}

/**
 * An entry from its header and its extensions: what those say counts, pax before GNU's.
 *
 * @throws TarError for a type that is not known, a value that is none, and names with NUL bytes
 */
export function entryOf(header: TarHeader, { pax, path, linkpath }: Extensions, offset: number): TarEntry {
  const name = pax.get("GNU.sparse.name") ?? pax.get("path") ?? path ?? header.name;
  const linkname = pax.get("linkpath") ?? linkpath ?? header.linkname;
  const refuse = (problem: string): TarError => new TarError(problem, { offset, entry: name });
  const number = (keyword: string, otherwise: number): number => {
    const value = pax.get(keyword);
    const found = value === undefined ? otherwise : paxNumber(value);
    if (found === undefined) throw refuse(`its \`${keyword}\` is no number`);
    return found;
  };
  const time = (keyword: string): Time | undefined => {
    const value = pax.get(keyword);
    const found = value === undefined ? undefined : paxTime(value);
    if (value !== undefined && found === undefined) throw refuse(`its \`${keyword}\` is no time`);
    return found;
  };

  if (name.includes("\0") || linkname.includes("\0")) throw refuse("its name has a NUL byte");
  const type = typeOf(header.typeflag, name);
  if (type === undefined) throw refuse(`its type ${JSON.stringify(header.typeflag)} is not known`);
  const xattrs = paxXattrs(pax);
  if (xattrs.some(([xattr]) => xattr.includes("\0"))) throw refuse("an extended attribute's name has a NUL byte");
  const isDevice = type === "character-device" || type === "block-device";
  const atime = time("atime");
  const entry: TarEntry = {
    offset,
    type,
    name,
    linkname,
    mode: header.mode,
    uid: number("uid", header.uid),
    gid: number("gid", header.gid),
    // Other types have no content, whatever their header says: as Go's archive/tar and GNU tar read it.
    size: type === "file" ? number("size", header.size) : 0,
    stored: type === "file" ? number("size", header.size) : 0,
    mtime: time("mtime") ?? { sec: header.mtime, nsec: 0 },
    ...(atime === undefined ? {} : { atime }),
    devmajor: isDevice ? number("SCHILY.devmajor", header.devmajor) : 0,
    devminor: isDevice ? number("SCHILY.devminor", header.devminor) : 0,
    xattrs,
  };
  for (const field of ["uid", "gid", "devmajor", "devminor"] as const) {
    const most = field === "uid" || field === "gid" ? LAST_ID : LAST_DEVICE[field];
    if (entry[field] < 0 || entry[field] > most) throw refuse(`its ${field} is ${entry[field]}`);
  }
  if (type === "directory" && header.size > 0 && header.typeflag !== "5") throw refuse("a directory has content");
  return entry;
}

/** chown(2) reads the next one as "leave it as it is". */
const LAST_ID = 0xffff_fffe;

/** `dev_t` of the kernel has 12 and 20 bits. */
const LAST_DEVICE = { devmajor: 0xfff, devminor: 0xf_ffff } as const;

/** v7 had no directories: a name with a slash at its end is one. */
function typeOf(typeflag: string, name: ByteString): TarType | undefined {
  const type = TYPES[typeflag];
  return type === "file" && name.endsWith("/") ? "directory" : type;
}

const TYPES: Readonly<Record<string, TarType>> = {
  "0": "file",
  "1": "link",
  "2": "symlink",
  "3": "character-device",
  "4": "block-device",
  "5": "directory",
  "6": "fifo",
  "7": "file", // contiguous
  S: "file", // sparse, in GNU's old format
};
