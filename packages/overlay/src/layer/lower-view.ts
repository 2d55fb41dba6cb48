import { type BigIntStats, closeSync, lstatSync, openSync, readdirSync } from "node:fs";
import { O } from "@wb/syscall";
import { byteString, type ByteString } from "../tar/byte-string.ts";
import { xattrsOf } from "./file-xattrs.ts";
import { type UpperForm, upperFile } from "./upper-whiteout.ts";

/** A directory as several layers together show it: the directories of each that it is made of, the topmost first. */
export type LowerView = readonly ByteString[];

/** What the layers have of a name. */
export interface LowerFile {
  readonly stat: BigIntStats;
  /** Of a directory. */
  readonly view: LowerView;
}

/** What the layers show of a name in a directory: undefined for nothing, or what one of them hides. */
export function lowerFile(view: LowerView, name: ByteString, form: UpperForm): LowerFile | undefined {
  const found: ByteString[] = [];
  let first: BigIntStats | undefined;
  for (const directory of view) {
    const path = `${directory}/${name}`;
    const stat = lstatSync(Buffer.from(path, "latin1"), { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) continue;
    const kind = upperFile({ stat, xattrs: attributesOf(directory, name, stat) }, form);
    if (kind === "whiteout" || (first !== undefined && !stat.isDirectory())) break;
    first ??= stat;
    if (!stat.isDirectory()) break;
    found.push(path);
    if (kind === "opaque") break;
  }
  return first === undefined ? undefined : { stat: first, view: found };
}

/** All names that the layers show in a directory, in the order of their bytes. */
export function lowerNames(view: LowerView, form: UpperForm): ByteString[] {
  const names = new Set<ByteString>();
  for (const directory of view)
    for (const name of readdirSync(Buffer.from(directory, "latin1"), { encoding: "buffer" }))
      names.add(byteString(name));
  return [...names].filter((name) => lowerFile(view, name, form) !== undefined).toSorted();
}

/** Only directories and empty files can have those that count. */
function attributesOf(directory: ByteString, name: ByteString, stat: BigIntStats): ReturnType<typeof list> {
  return stat.isDirectory() || (stat.isFile() && stat.size === 0n) ? list(directory, name) : [];
}

function list(directory: ByteString, name: ByteString) {
  const fd = openSync(Buffer.from(directory, "latin1"), O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  try {
    return xattrsOf(fd, [name]).get(name) ?? [];
  } finally {
    closeSync(fd);
  }
}
