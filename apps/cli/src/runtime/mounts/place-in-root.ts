import { lstatSync, readlinkSync, type Stats } from "node:fs";
import { isErrno } from "@wb/syscall";

/** What a path of a container leads to, as its root is before anything is mounted there. */
export interface PlaceInRoot {
  /** The path without symbolic links, from the container's root. */
  readonly path: string;
  /** Undefined where nothing is. */
  readonly stat: Stats | undefined;
  /** Whether symbolic links led there. */
  readonly byLink: boolean;
}

/**
 * Follows a path from a root, with symbolic links as the container would, to where it ends or to the names that are missing. It
 * only looks: who mounts there resolves the path again, in the root.
 *
 * @param covered paths that something will be mounted on first
 * @returns undefined where it leads through one of those, or cannot be known
 */
export function placeInRoot(root: string, path: string, covered: ReadonlySet<string>): PlaceInRoot | undefined {
  const names = namesOf(path);
  const done: string[] = [];
  let links = 0;
  if (covered.has("/")) return undefined;
  let isMissing = false;
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    if (name === "..") {
      // There is nothing above what is missing.
      if (isMissing) return undefined;
      done.pop();
      continue;
    }
    done.push(name);
    const here = `/${done.join("/")}`;
    if (covered.has(here)) return undefined;
    if (isMissing) continue;
    const found = look(`${root}${here}`);
    if (found === "unknown") return undefined;
    if (found === undefined) isMissing = true;
    else if (found.isSymbolicLink()) {
      links += 1;
      if (links > MOST_LINKS) return undefined;
      const text = readlinkSync(`${root}${here}`);
      if (text.startsWith("/")) done.length = 0;
      else done.pop();
      names.unshift(...namesOf(text));
    }
  }
  const found = `/${done.join("/")}`;
  const stat = isMissing ? undefined : look(`${root}${found}`);
  return stat === "unknown" ? undefined : { path: found, stat, byLink: links > 0 };
}

/** As the kernel has it, path_resolution(7). */
const MOST_LINKS = 40;

function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

function look(path: string): Stats | undefined | "unknown" {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isErrno(error, "EACCES", "ENOTDIR", "ELOOP", "ENAMETOOLONG")) return "unknown";
    throw error;
  }
}
