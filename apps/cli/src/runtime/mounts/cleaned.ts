import { statSync } from "node:fs";
import { posix } from "node:path";
import type { SpecMount } from "../../oci/spec.ts";
import { UserError } from "../../user-error.ts";
import { type CleanedMount, isBind, isDev } from "./kinds.ts";
import { type PlaceInRoot, placeInRoot } from "./place-in-root.ts";

/** Where paths begin. */
export interface CleaningContext {
  /** Default: nobody wrote a configuration that an error could name its part of; sources stay, and the kernel says which is missing. */
  readonly bundle?: string | undefined;
  /** The container's root, absolute. Default: it is not there yet. */
  readonly root?: string | undefined;
}

/**
 * A configuration's mounts with absolute destinations, as runc has it, and with absolute sources of bind mounts, which the
 * specification counts from the bundle. As with runc, paths of the host below the container's root are the container's; what is
 * missing is made where symbolic links lead to; and a tmpfs has the mode of the directory that it hides.
 *
 * @throws UserError naming the mount by its index, for a source that is missing and what cannot be
 */
export function cleanedMounts(mounts: readonly SpecMount[], context: CleaningContext): CleanedMount[] {
  const { root } = context;
  const covered = new Set<string>();
  return mounts.map((wanted, index) => {
    const cleaned = cleanedMount(wanted, index, context);
    const place = root === undefined ? undefined : placeInRoot(root, cleaned.destination, covered);
    covered.add(place?.path ?? cleaned.destination);
    return place === undefined ? cleaned : placed(cleaned, place);
  });
}

function cleanedMount(wanted: SpecMount, index: number, { bundle, root }: CleaningContext): CleanedMount {
  const at = `mounts[${index}]`;
  const absolute = posix.normalize(`/${wanted.destination}`).replace(/(?<=.)\/$/u, "");
  const destination = below(root, absolute) ?? absolute;
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
  const sourceInRoot = below(root, source);
  if (sourceInRoot !== undefined) return { ...wanted, destination, source, sourceInRoot };
  return { ...wanted, destination, source: existing(source, { at, wanted }) };
}

/** What comes after the root in a path below it. */
function below(root: string | undefined, path: string): string | undefined {
  return root !== undefined && root !== "/" && path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}

function placed(wanted: CleanedMount, { path, stat, byLink }: PlaceInRoot): CleanedMount {
  const { type, options = [] } = wanted;
  if (options.includes("remount")) return wanted;
  if (stat === undefined) {
    const follows = type !== "proc" && type !== "sysfs" && !options.includes("dest-nofollow");
    return byLink && follows ? { ...wanted, destination: path } : wanted;
  }
  const inherits =
    type === "tmpfs" &&
    !isBind(wanted) &&
    !isDev(wanted) &&
    !options.some((word) => word.startsWith("mode=") || word === "tmpcopyup");
  if (!inherits || !stat.isDirectory()) return wanted;
  return { ...wanted, options: [...options, `mode=${(stat.mode & 0o7777).toString(8)}`] };
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
