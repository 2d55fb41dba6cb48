import { AT_FDCWD, call, MS, type Program, step } from "@wb/syscall";
import { overlay } from "./overlay.ts";

export interface ThrowAwayOptions {
  /** The most that the changes may take, tmpfs(5): `512m`. Default: half of the memory. */
  readonly size?: string;
}

export interface ThrowAwayOverlay {
  /** What mounts it: for a process in a mount namespace of its own, with which it goes away. */
  readonly steps: Program;
  /** Where the tree is. */
  readonly merged: string;
}

/**
 * A writable copy of a directory whose changes stay in memory and go away with the mount namespace: nothing is copied or
 * downloaded, and nothing has to be cleaned up. With `/` it is a copy of the machine itself.
 *
 * @param lower the directory; mounts below it are not part of the copy
 * @param directory an empty directory outside `lower`'s file system or in it, on which a tmpfs is mounted
 */
export function throwAwayOverlay(lower: string, directory: string, { size }: ThrowAwayOptions = {}): ThrowAwayOverlay {
  const merged = `${directory}/merged`;
  const [upper, work] = [`${directory}/upper`, `${directory}/work`];
  const data = ["mode=0755", ...(size === undefined ? [] : [`size=${size}`])].join(",");
  const layers = step(
    "make room in memory for the changes",
    [
      call("mount", "tmpfs", directory, "tmpfs", MS.NODEV | MS.NOSUID, data),
      ...[upper, work, merged].map((path) => call("mkdirat", AT_FDCWD, path, 0o755)),
    ],
    `mount -t tmpfs -o nodev,nosuid,${data} tmpfs ${directory} && mkdir ${upper} ${work} ${merged}`,
  );
  return { steps: [layers, overlay({ lower: [lower], upper, work, target: merged })], merged };
}
