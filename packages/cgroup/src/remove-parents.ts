import { rmdirSync } from "node:fs";
import { codeOf, isAbsent } from "./read.ts";

/** Removes the groups above one, which were made for it. One that another group was put below meanwhile stays. */
export function removeParents(directories: readonly string[]): void {
  for (const directory of directories.toReversed()) {
    try {
      rmdirSync(directory);
    } catch (error) {
      if (!isAbsent(error) && codeOf(error) !== "EBUSY") throw error;
    }
  }
}
