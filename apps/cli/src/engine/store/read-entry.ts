import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isErrno } from "@wb/syscall";

/** The ids of all containers. */
export function storedIds(root: string): string[] {
  return entriesOf(root).filter(isId);
}

/** What a file of a container says, by its name; undefined where the file or the container is missing, or is no JSON. */
export function readEntry(root: string, id: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(`${entryDirectory(root, id)}/${name}`, "utf8"));
  } catch (error) {
    // Written as a whole, but a full disk or a hand may have left anything.
    if (isErrno(error, "ENOENT", "ENOTDIR") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @throws TypeError for what is no id: it would be a path */
export function entryDirectory(root: string, id: string): string {
  if (!isId(id)) throw new TypeError(`${JSON.stringify(id)} is no id of a container`);
  return `${root}/containers/${id}`;
}

/** The ids of containers are 64 hexadecimal digits. */
export function isId(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

/** All that is beside the containers: those that are not whole, too. */
export function entriesOf(root: string): string[] {
  try {
    return readdirSync(join(root, "containers"));
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}
