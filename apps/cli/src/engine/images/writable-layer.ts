import { chmodSync, chownSync, mkdirSync, statSync } from "node:fs";
import { isErrno } from "@wb/syscall";

/** Where a container writes what differs from its image; both are on one file system, as overlay wants them. */
export interface WritableLayer {
  readonly upper: string;
  /** overlay's own. */
  readonly work: string;
}

/** Directories of layers, the topmost first. */
export type Layers = readonly [string, ...string[]];

/** The places of a container's changes, in its own directory. */
export function writableLayer(directory: string): WritableLayer {
  return { upper: `${directory}/diff`, work: `${directory}/work` };
}

/**
 * Makes them where they are not there yet. The root of an overlay has its owner and mode from its upper directory: they are those of the topmost
 * layer that says something of its root.
 */
export function makeWritableLayer(directory: string, layers: Layers): WritableLayer {
  const layer = writableLayer(directory);
  const { upper, work } = layer;
  makeDirectory(work, 0o700);
  if (!makeDirectory(upper, 0o755)) return layer;
  const roots = layers.map((path) => statSync(path));
  const { uid, gid, mode } = roots.find(isOfItsOwn) ?? { uid: 0, gid: 0, mode: 0o755 };
  chownSync(upper, uid, gid);
  chmodSync(upper, mode & 0o7777);
  return layer;
}

/** A layer without an entry for its root has it as it is made. */
function isOfItsOwn({ uid, gid, mode }: { uid: number; gid: number; mode: number }): boolean {
  return uid !== 0 || gid !== 0 || (mode & 0o7777) !== 0o755;
}

function makeDirectory(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  }
}
