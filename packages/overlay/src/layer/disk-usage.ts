import { closeSync, openSync } from "node:fs";
import { O } from "@wb/syscall";
import { filesOf } from "./tree.ts";

/** What a tree takes. */
export interface DiskUsage {
  /** Bytes of all regular files, each counted once however many names it has: what docker calls a layer's size. */
  readonly size: number;
  /** Bytes that are used on the disk by everything in it, holes not counted. */
  readonly disk: number;
  /** Files of every kind but the directory itself. */
  readonly inodes: number;
}

/**
 * How large a directory is with all that is below it. Equivalent to `du --summarize DIRECTORY`.
 *
 * @throws SyscallError, Error of Node for what cannot be read
 */
export function diskUsage(directory: string): DiskUsage {
  const root = openSync(directory, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  const seen = new Set<string>();
  const sum = { size: 0, disk: 0, inodes: 0 };
  try {
    for (const { stat } of filesOf(root, { xattrs: false })) {
      if (stat.nlink > 1n && !stat.isDirectory()) {
        const id = `${stat.dev}:${stat.ino}`;
        if (seen.has(id)) continue;
        seen.add(id);
      }
      sum.inodes++;
      sum.disk += Number(stat.blocks) * BLOCK;
      if (stat.isFile()) sum.size += Number(stat.size);
    }
    return sum;
  } finally {
    closeSync(root);
  }
}

/** `st_blocks` counts these, stat(3type). */
const BLOCK = 512;
