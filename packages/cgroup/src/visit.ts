import { isUtf8 } from "node:buffer";
import { closeSync, constants, openSync, readdirSync, statSync } from "node:fs";
import { isAbsent } from "./read.ts";

/** A path, in bytes where it is no UTF-8. */
export type Path = string | Buffer;

/**
 * Calls `leave` for a group and for every group below it, those inside first. Groups that vanish meanwhile are passed over.
 *
 * The groups below are a container's work: their names may be no UTF-8, and they may be nested deeper than a path can be
 * long. Then the way goes on from an open directory. cgroupfs has no symbolic links that could lead elsewhere.
 */
export function visit(directory: Path, leave: (directory: Path) => void): void {
  if (typeof directory !== "string" || directory.length > LONG_PATH) {
    withDirectory(directory, (open) => visitBelow(open, leave));
  } else visitBelow(directory, leave);
  leave(directory);
}

/** The path of a file in a directory. */
export function inside(directory: Path, name: Path): Path {
  if (typeof directory === "string" && typeof name === "string") return `${directory}/${name}`;
  return Buffer.concat([Buffer.from(directory), Buffer.from("/"), Buffer.from(name)]);
}

/** PATH_MAX is 4096, a name has up to 255 bytes, and a character of JavaScript up to three. */
const LONG_PATH = 1024;

function visitBelow(directory: string, leave: (directory: Path) => void): void {
  for (const name of groupsIn(directory)) visit(inside(directory, name), leave);
}

function withDirectory(directory: Path, action: (directory: string) => void): void {
  const fd = unlessAbsent(() => openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW));
  if (fd === undefined) return;
  try {
    action(`/proc/self/fd/${fd}`);
  } finally {
    closeSync(fd);
  }
}

/** A directory of cgroupfs has two links and one for each directory in it: most have none, and need not be read. */
function groupsIn(directory: string): Path[] {
  if (unlessAbsent(() => statSync(directory).nlink) === 2) return [];
  const entries = unlessAbsent(() => readdirSync(directory, { withFileTypes: true, encoding: "buffer" })) ?? [];
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => (isUtf8(name) ? name.toString("utf8") : Buffer.from(name)));
}

function unlessAbsent<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
