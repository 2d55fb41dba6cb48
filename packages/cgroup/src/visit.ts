import { isUtf8 } from "node:buffer";
import { closeSync, constants, openSync, readdirSync, statSync } from "node:fs";
import { isAbsent } from "./read.ts";

/** A path, in bytes where it is no UTF-8. */
export type Path = string | Buffer;

/**
 * Calls `leave` for a group and for every group below it, those inside first. Groups that vanish meanwhile are passed over.
 *
 * The groups below are a container's work: their names may be no UTF-8, and they may be nested deeper than a path can be
 * long, than a stack is deep, and than descriptors may be open. So one directory is open at a time, from which the way goes
 * on; the way back is its `..`, which leads on also when it was removed. cgroupfs has no symbolic links that could lead
 * elsewhere, and moves no group to another parent.
 */
export function visit(directory: Path, leave: (directory: Path) => void): void {
  let base = firstBase(directory);
  if (base === undefined) return leave(directory);
  try {
    const way: Level[] = [{ base, at: "", depth: 0, name: "" }];
    for (let level = way.at(-1); level !== undefined; level = way.at(-1)) {
      level.below ??= groupsIn(pathOf(level));
      const name = level.below.pop();
      if (name === undefined) {
        way.pop();
        const above = way.at(-1);
        if (above === undefined) break;
        if (level.base !== above.base) base = backTo(above.base, base);
        leave(inside(pathOf(above), level.name));
      } else {
        const below = enter(level, name);
        if (below.base !== base) close(base);
        base = below.base;
        way.push(below);
      }
    }
  } finally {
    close(base);
  }
  leave(directory);
}

function firstBase(directory: Path): Base | undefined {
  return typeof directory === "string" && directory.length <= LONG_PATH ? { path: directory } : openBase(directory, 0);
}

/** The path of a file in a directory. */
export function inside(directory: Path, name: Path): Path {
  if (typeof directory === "string" && typeof name === "string") return `${directory}/${name}`;
  return Buffer.concat([Buffer.from(directory), Buffer.from("/"), Buffer.from(name)]);
}

/** A group on the way down. */
interface Level {
  readonly base: Base;
  /** From there: `/a/b`. */
  readonly at: string;
  /** How many levels that is. */
  readonly depth: number;
  readonly name: Path;
  /** Those that are still to be visited. */
  below?: Path[];
}

/** Where paths begin: the directory that is open, or the first one. The others of the way are closed meanwhile. */
interface Base {
  path: string;
  fd?: number;
  /** How many levels it is below the base before it. */
  readonly depth?: number;
}

/** PATH_MAX is 4096, a name has up to 255 bytes, and a character of JavaScript up to three. */
const LONG_PATH = 1024;

/** The kernel looks up each part of a path each time. */
const LONG_WAY = 16;

function pathOf({ base, at }: Level): string {
  return `${base.path}${at}`;
}

function enter(level: Level, name: Path): Level {
  const { base, at, depth } = level;
  const path = inside(pathOf(level), name);
  if (typeof path === "string" && path.length <= LONG_PATH && depth < LONG_WAY)
    return { base, at: `${at}/${String(name)}`, depth: depth + 1, name };
  const below = openBase(path, depth + 1);
  // It vanished: it is left like the others, with nothing below it.
  return below === undefined ? { base, at, depth, name, below: [] } : { base: below, at: "", depth: 0, name };
}

function openBase(path: Path, depth: number): Base | undefined {
  const fd = unlessAbsent(() => openDirectory(path));
  return fd === undefined ? undefined : { path: `/proc/self/fd/${fd}`, fd, depth };
}

/** The first base may be a path, which stays as it is. */
function backTo(above: Base, from: Base): Base {
  if (above.fd !== undefined) {
    above.fd = openDirectory(`${from.path}${"/..".repeat(from.depth ?? 0)}`);
    above.path = `/proc/self/fd/${above.fd}`;
  }
  close(from);
  return above;
}

function openDirectory(path: Path): number {
  return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
}

function close({ fd }: Base): void {
  if (fd !== undefined) closeSync(fd);
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
