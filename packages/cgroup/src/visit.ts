import { closeSync, constants, openSync, readdirSync, statSync } from "node:fs";
import { isAbsent } from "./read.ts";

/**
 * Calls `leave` for a group and for every group below it, those inside first. Groups that vanish meanwhile are passed over.
 *
 * The groups below are a container's work, and may be nested deeper than a path can be long: then the way goes on from
 * an open directory. cgroupfs has no symbolic links that could lead elsewhere.
 */
export function visit(directory: string, leave: (directory: string) => void): void {
  if (directory.length > LONG_PATH) return visitFrom(directory, leave);
  for (const name of groupsIn(directory)) visit(`${directory}/${name}`, leave);
  leave(directory);
}

/** PATH_MAX is 4096, a name has up to 255 bytes, and characters may have up to four bytes. */
const LONG_PATH = 768;

function visitFrom(directory: string, leave: (directory: string) => void): void {
  const fd = openIfPresent(directory);
  if (fd === undefined) return;
  try {
    for (const name of groupsIn(`/proc/self/fd/${fd}`)) visit(`/proc/self/fd/${fd}/${name}`, leave);
  } finally {
    closeSync(fd);
  }
  leave(directory);
}

function openIfPresent(directory: string): number | undefined {
  try {
    return openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** A directory of cgroupfs has two links and one for each directory in it: most have none, and need not be read. */
function groupsIn(directory: string): string[] {
  try {
    if (statSync(directory).nlink === 2) return [];
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
