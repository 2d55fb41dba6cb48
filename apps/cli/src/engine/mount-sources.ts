import { mkdirSync, statSync } from "node:fs";
import { UserError } from "../user-error.ts";
import type { BindOption } from "./options/mount-option.ts";

/**
 * Makes a directory for a source of `-v` that is not there, as docker does; `--mount` makes none.
 *
 * @throws UserError in docker's words (moby, volume/mounts/validate.go)
 */
export function makeMountSources(mounts: readonly BindOption[]): void {
  for (const mount of mounts) {
    if (statSync(mount.source, { throwIfNoEntry: false }) !== undefined) continue;
    if (!mount.create)
      throw new UserError(`invalid mount config for type "bind": bind source path does not exist: ${mount.source}`, {
        hint: "-v makes one that is missing",
      });
    mkdirSync(mount.source, { recursive: true });
  }
}
