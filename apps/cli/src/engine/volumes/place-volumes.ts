import {
  AT,
  AT_FDCWD,
  call,
  ERRNO,
  ignoring,
  into,
  MOVE_MOUNT,
  O,
  OPEN_TREE,
  openHow,
  pointer,
  type Program,
  RESOLVE,
  type Step,
  step,
  value,
} from "@wb/syscall";
import type { NamedVolume } from "./named-volume.ts";
import { dataOf, subpathPlace } from "./volume-places.ts";

/** The cell with the mount that a volume's driver has made. */
export function mountCell(name: string): string {
  return `volume ${name}`;
}

/** Steps in the container's mount namespace, in which alone a volume's driver mounts something on it. */
export function placeDriverMount(name: string): Step {
  return step(
    `mount the volume ${name}`,
    [
      call("move_mount", value(mountCell(name)), "", AT_FDCWD, dataOf(name), MOVE_MOUNT.F_EMPTY_PATH),
      call("close", value(mountCell(name))),
    ],
    `mount --move … ${dataOf(name)}`,
  );
}

/**
 * Steps there for volumes of which a part is mounted. Containers write into volumes: the path is resolved in the volume by openat2(2),
 * once, and what it led to is bound by its file descriptor (CVE-2023-27561 and its kind).
 */
export function placeSubpaths(volumes: readonly NamedVolume[]): Program {
  return volumes.flatMap(({ name, subpath }, index) =>
    subpath === undefined ? [] : [placeSubpath({ name, subpath, index })],
  );
}

function placeSubpath({
  name,
  subpath,
  index,
}: {
  readonly name: string;
  readonly subpath: string;
  readonly index: number;
}): Step {
  const directory = O.PATH | O.DIRECTORY | O.CLOEXEC;
  const how = { flags: directory, resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS };
  return step(
    `find ${subpath} in the volume ${name}`,
    [
      into("volume", call("openat", AT_FDCWD, dataOf(name), directory | O.NOFOLLOW, 0)),
      { label: "again" },
      into("part", ignoring(call("openat2", value("volume"), subpath, pointer(openHow, how), openHow.size), "EAGAIN")),
      { jump: "again", when: { value: "part", equals: -ERRNO.EAGAIN } },
      into(
        "tree",
        call("open_tree", value("part"), "", AT.EMPTY_PATH | OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC | AT.RECURSIVE),
      ),
      call("move_mount", value("tree"), "", AT_FDCWD, subpathPlace(index), MOVE_MOUNT.F_EMPTY_PATH),
      ...["volume", "part", "tree"].map((cell) => call("close", value(cell))),
    ],
    `mount --rbind ${dataOf(name)}/${subpath} ${subpathPlace(index)}`,
  );
}
