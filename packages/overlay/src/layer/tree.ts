import { type BigIntStats, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { closeFd, into, O, run, step } from "@wb/syscall";
import { byteString, type ByteString, textOf } from "../tar/byte-string.ts";
import { CELL } from "../unpack/cells.ts";
import { openInRoot } from "../unpack/open-in-root.ts";
import { type Xattrs, xattrsOf } from "./file-xattrs.ts";

/** A name in a tree. */
export interface TreeFile {
  /** From the root, without a slash before it; empty for the root itself. */
  readonly path: ByteString;
  readonly name: ByteString;
  readonly stat: BigIntStats;
  readonly xattrs: Xattrs;
  /** How node:fs reaches the file itself while it is the current one; no symbolic link on the way is followed but by the kernel, in the root. */
  readonly at: Buffer;
  /** What a symbolic link contains. */
  readonly target: () => ByteString;
}

export interface WalkOptions {
  /** Where to begin. Default: the root. */
  readonly directory?: ByteString;
  /** Whether extended attributes are read. Default true. */
  readonly xattrs?: boolean;
  /** Only these names of the directory where the walk begins, with what is below them. Default: all. */
  readonly names?: readonly ByteString[] | undefined;
}

/**
 * All of a tree but its root, directories before what is in them, names in the order of their bytes. What disappears
 * meanwhile is passed over.
 *
 * @param root an open directory
 */
export function* filesOf(
  root: number,
  { directory = "", xattrs: wanted = true, names: only }: WalkOptions = {},
): Generator<TreeFile> {
  const fd = openDirectory(root, directory);
  try {
    const names = (only ?? readdirSync(`/proc/self/fd/${fd}`, { encoding: "buffer" }).map(byteString)).toSorted();
    const xattrs = wanted ? xattrsOf(fd, names) : undefined;
    for (const name of names) {
      const at = Buffer.from(`/proc/self/fd/${fd}/${name}`, "latin1");
      const stat = lstatSync(at, { bigint: true, throwIfNoEntry: false });
      if (stat === undefined) continue;
      const path = directory === "" ? name : `${directory}/${name}`;
      const target = (): ByteString => byteString(readlinkSync(at, { encoding: "buffer" }));
      yield { path, name, stat, xattrs: xattrs?.get(name) ?? [], at, target };
      if (stat.isDirectory()) yield* filesOf(root, { directory: path, xattrs: wanted });
    }
  } finally {
    closeFd(fd);
  }
}

function openDirectory(root: number, path: ByteString): number {
  const open = openInRoot(path, O.RDONLY | O.NOFOLLOW);
  const label = `open ${textOf(path) || "the directory"}`;
  return run([step(label, [into("directory", open)])], { inputs: { [CELL.root]: root } }).number("directory");
}
