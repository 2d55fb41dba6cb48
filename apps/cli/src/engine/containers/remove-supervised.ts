import { readdirSync, rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { isErrno } from "@wb/syscall";
import type { ContainerPlaces } from "./container-places.ts";

/**
 * Removes what a supervisor had: files, and directories that are empty. A recursive removal that met a mount would remove what is
 * mounted.
 */
export function removeSupervised({ supervised }: Pick<ContainerPlaces, "supervised">): void {
  unlessGone(() => {
    for (const found of readdirSync(supervised, { withFileTypes: true })) {
      const path = join(supervised, found.name);
      unlessGone(() => (found.isDirectory() ? rmdirSync(path) : unlinkSync(path)));
    }
    rmdirSync(supervised);
  });
}

function unlessGone(remove: () => void): void {
  try {
    remove();
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}
