import { readdirSync } from "node:fs";
import { removeTree, withDirectory } from "@wb/overlay";
import { tryLockDirectory } from "./lock.ts";

/** What the directories are called in which archives are unpacked: whoever does it has a lock on his. */
export const UNPACKING = ".unpacking-";

/** Removes what killed processes left of archives that they unpacked: what nobody has locked. */
export function removeLeftovers(store: string): void {
  for (const name of readdirSync(store).filter((entry) => entry.startsWith(UNPACKING))) {
    using lock = tryLockDirectory(`${store}/${name}`);
    if (lock !== undefined) withDirectory(store, (fd) => removeTree(fd, name));
  }
}
