import { throwAwayOverlay } from "@wb/overlay";
import { detachedMount, idmap, type Mount } from "@wb/rootfs";
import { AT_FDCWD, call, MOVE_MOUNT, MS, type Program, step, type Value, value } from "@wb/syscall";

/**
 * The Steps that make a container's root, and where it is then.
 *
 * @param mountpoint an empty directory to mount on
 * @param userNamespace the container's own one, for whose users the root's owners are translated
 */
export type RootMount = (
  mountpoint: string,
  userNamespace?: Value,
) => { readonly steps: Program; readonly merged: string };

/** A throw-away overlay on a mount that has no place yet, in a cell. */
export function overlayOnDetached(cell: string, mountpoint: string, userNamespace?: Value): ReturnType<RootMount> {
  const [lower, changes] = [`${mountpoint}/lower`, `${mountpoint}/changes`];
  const placing = step(
    "give the mount a place under the overlay",
    [
      call("mount", "tmpfs", mountpoint, "tmpfs", MS.NODEV | MS.NOSUID, "mode=0700,size=4k"),
      ...[lower, changes].map((path) => call("mkdirat", AT_FDCWD, path, 0o700)),
      call("move_mount", value(cell), "", AT_FDCWD, lower, MOVE_MOUNT.F_EMPTY_PATH),
    ],
    `mount -t tmpfs -o nodev,nosuid,mode=0700,size=4k tmpfs ${mountpoint} && mkdir ${lower} ${changes} && mount --move … ${lower}`,
  );
  const translating = userNamespace === undefined ? [] : [idmap(cell, userNamespace)];
  const { steps, merged } = throwAwayOverlay(lower, changes);
  return { steps: [...translating, placing, ...steps], merged };
}

/** The same on a directory, whose owners are the user namespace's. */
export function remappedOverlay(directory: string, mountpoint: string, userNamespace: Value): ReturnType<RootMount> {
  const { steps, merged } = overlayOnDetached(TREE, mountpoint, userNamespace);
  return { steps: [detachedMount(TREE, bindOf(directory, "bind")), ...steps], merged };
}

/** A directory itself, with what is mounted in it; the owners of its own file system are the user namespace's. */
export function remappedDirectory(directory: string, mountpoint: string, userNamespace: Value): ReturnType<RootMount> {
  const placing = step(
    `mount it on ${mountpoint}`,
    [call("move_mount", value(TREE), "", AT_FDCWD, mountpoint, MOVE_MOUNT.F_EMPTY_PATH)],
    `mount --move … ${mountpoint}`,
  );
  return {
    steps: [detachedMount(TREE, bindOf(directory, "rbind")), idmap(TREE, userNamespace), placing],
    merged: mountpoint,
  };
}

const TREE = "root tree";

function bindOf(source: string, option: "bind" | "rbind"): Mount {
  return { destination: "/", source, options: [option] };
}
