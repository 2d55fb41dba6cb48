import { type Instruction, quote } from "@wb/syscall";
import { textOf } from "../tar/byte-string.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import { TarError } from "../tar/tar-error.ts";
import { type EntryPath, entryPath } from "./entry-path.ts";

/** An entry that is to be made: where, and with what. */
export interface Pending {
  readonly entry: TarEntry;
  readonly place: EntryPath;
  /** Of a hard link: the name that is there. */
  readonly source?: EntryPath;
  /** It stands for what is not there: made in one of overlay's forms, by these calls. */
  readonly whiteout?: readonly Instruction[];
  /** Its bytes, where they are few. */
  readonly content: Buffer;
  /** Of its Step; no other entry has the same. */
  readonly label: string;
}

/**
 * Judges an entry's names.
 *
 * @throws TarError for a name that leads upwards, and what can only be a directory and is none
 */
export function pendingOf(entry: TarEntry): Omit<Pending, "content"> {
  const { name, linkname, offset, type } = entry;
  const refuse = (problem: string): TarError => new TarError(problem, { code: "WB_TAR_UNSAFE", offset, entry: name });
  const place = entryPath(name);
  if (place === undefined) throw refuse('its name has a component ".."');
  if (place.path === "" && type !== "directory") throw refuse("it would replace the root directory");
  const label = `unpack ${quote(textOf(name))} (at byte ${offset} of the archive)`;
  if (type !== "link") return { entry, place, label };
  const source = entryPath(linkname);
  if (source === undefined) throw refuse(`it is a hard link to ${quote(textOf(linkname))}, which has a component ".."`);
  if (source.path === "") throw refuse("it is a hard link to the root directory");
  return { entry, place, source, label };
}
