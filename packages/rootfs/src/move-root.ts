import { call, ignoring, into, MNT, MS, type Step, step } from "@wb/syscall";
import { closing, ROOT, rootFd } from "./in-root.ts";
import type { MountInfo } from "./mountinfo.ts";

/**
 * The Step that changes the root without pivot_root(2), runc's `--no-pivot`: it moves the new root on top of the old one and
 * enters it by chroot(2). For a host whose root is the initial ramdisk. The old root stays below: a process with
 * CAP_SYS_CHROOT can find it.
 *
 * So the host's procfs and sysfs are unmounted first, or covered where a user namespace may not unmount them: a process that
 * left the chroot would find them writable, and the kernel would allow a user namespace in the container new ones without
 * masked paths, user_namespaces(7).
 *
 * @param mounts those of the mount namespace: `readMountinfo()`
 * @param root where the new root is: what is mounted there stays
 */
export function moveRoot(mounts: readonly MountInfo[], root: string): Step {
  const hidden = mounts
    .filter(({ type, root: shown }) => (type === "proc" || type === "sysfs") && shown === "/")
    .filter(({ mountPoint }) => mountPoint !== root && !mountPoint.startsWith(`${root}/`))
    .map(({ mountPoint, parent }) => ({ place: mountPoint, parent: mounts.find(({ id }) => id === parent) }))
    .toReversed();
  return step(
    "move the new root on top of the old one",
    [
      ...hidden.flatMap(({ place, parent }, index) => [
        // Umount events must not reach the host: they go to the peers of what something is mounted on.
        ignoring(call("mount", null, parent?.mountPoint ?? "/", null, MS.SLAVE, null), "EINVAL", "ENOENT"),
        ignoring(call("mount", null, place, null, MS.SLAVE | MS.REC, null), "EINVAL", "ENOENT"),
        into("gone", ignoring(call("umount2", place, MNT.DETACH), "EINVAL", "EPERM", "ENOENT")),
        { jump: `gone ${index}`, when: { value: "gone", equals: 0 } },
        ignoring(call("mount", "tmpfs", place, "tmpfs", 0, null), "ENOENT"),
        { label: `gone ${index}` },
      ]),
      call("fchdir", rootFd),
      call("mount", ".", "/", null, MS.MOVE, null),
      call("chroot", "."),
      call("chdir", "/"),
      ...closing(ROOT),
    ],
    [...hidden.map(({ place }) => `umount -l ${place}`), "cd $ROOT; mount --move . /; chroot ."].join("\n"),
  );
}
