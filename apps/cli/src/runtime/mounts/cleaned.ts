import { statSync } from "node:fs";
import { posix } from "node:path";
import type { SpecMount } from "../../oci/spec.ts";
import { UserError } from "../../user-error.ts";
import { isBind } from "./kinds.ts";

/**
 * A configuration's mounts with absolute destinations, as runc has it, and with absolute sources of bind mounts, which the
 * specification counts from the bundle. Without a bundle nobody wrote a configuration that an error could name its part of:
 * then sources stay, and the kernel says which is missing.
 *
 * @throws UserError naming the mount by its index, for a source that is missing and what cannot be
 */
export function cleanedMounts(mounts: readonly SpecMount[], bundle: string | undefined): SpecMount[] {
  return mounts.map((wanted, index) => {
    const at = `mounts[${index}]`;
    const destination = posix.normalize(`/${wanted.destination}`).replace(/(?<=.)\/$/u, "");
    if ((wanted.uidMappings === undefined) !== (wanted.gidMappings === undefined))
      throw new UserError(`${at}: uidMappings and gidMappings belong together: one of them is missing`);
    if (!isBind(wanted)) {
      if (wanted.uidMappings !== undefined)
        throw new UserError(`${at}.uidMappings: only a bind mount can have mappings, which ${destination} is not`);
      return { ...wanted, destination };
    }
    if (wanted.options?.includes("remount") === true) return { ...wanted, destination };
    if (wanted.source === undefined || wanted.source === "")
      throw new UserError(`${at}.source: missing: the bind mount on ${destination} needs one`);
    if (bundle === undefined) return { ...wanted, destination };
    const source = posix.resolve(bundle, wanted.source);
    // Below the bundle an earlier mount may make it.
    return {
      ...wanted,
      destination,
      source: source.startsWith(`${bundle}/`) ? source : existing(source, { at, wanted }),
    };
  });
}

function existing(source: string, { at, wanted }: { readonly at: string; readonly wanted: SpecMount }): string {
  const ofLink = wanted.options?.some((word) => word === "src-nofollow" || word === "copy-symlink") ?? false;
  try {
    if (!ofLink) statSync(source);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Others, such as EACCES of who only has the calls printed, are the kernel's to tell.
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP")
      throw new UserError(`${at}.source: ${source}: no such file or directory (${code})`, { cause: error });
  }
  return source;
}
