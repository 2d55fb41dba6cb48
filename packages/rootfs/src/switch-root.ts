import {
  AT,
  AT_FDCWD,
  type Call,
  call,
  ignoring,
  into,
  MNT,
  MOUNT_ATTR,
  MOVE_MOUNT,
  MS,
  O,
  OPEN_TREE,
  type Program,
  type Step,
  step,
  value,
} from "@wb/syscall";
import { proc } from "./file-systems.ts";
import { closing, openPlace, ROOT, rootFd } from "./in-root.ts";
import { leaveChroot } from "./leave-chroot.ts";
import { setattr } from "./mount-setattr.ts";

export interface SwitchRootOptions {
  /** Steps that mount inside the new root, before it becomes the root. Default: {@link proc}. */
  readonly mounts?: Program;
  /** The root itself may not be written to; what is mounted in it may. Default false. */
  readonly readonly?: boolean;
}

/**
 * The Steps by which a process in a new mount namespace makes a directory its root and forgets all other mounts.
 *
 * They stop propagation to the host, bind the directory on itself (pivot_root(2) wants a mount point), make the mounts, and
 * change the root by pivot_root. In a chroot they leave that first; where the root is the initial ramdisk, which nothing can
 * exchange, the new root is moved on top of it and entered by chroot(2).
 *
 * Equivalent to `mount --make-rprivate /; mount --rbind ROOT ROOT; mount -t proc proc ROOT/proc; cd ROOT; pivot_root . .;
 * umount -l .`.
 *
 * @example
 * await spawn(["/bin/sh"], { namespaces: ["mount", "pid"], setup: switchRoot("/srv/debian") });
 */
export function switchRoot(root: string, { mounts = [proc()], readonly = false }: SwitchRootOptions = {}): Program {
  return [privatePropagation(), openRoot(root), ...mounts, ...(readonly ? [readonlyRoot()] : []), pivotRoot()];
}

/**
 * The Step after which no mount event of this mount namespace reaches another one, mount_namespaces(7). In a chroot, whose
 * directory has no propagation to change, it goes to the namespace's root for that, and back.
 */
export function privatePropagation(): Step {
  const makePrivate = call("mount", null, "/", null, MS.REC | MS.PRIVATE, null);
  const open = (path: string): Call => call("openat", AT_FDCWD, path, O.PATH | O.DIRECTORY | O.CLOEXEC, 0);
  return step(
    "keep mounts to this namespace",
    [
      into("private", ignoring(makePrivate, "EINVAL")),
      { jump: "private", when: { value: "private", equals: 0 } },
      into("chroot", open("/")),
      into("cwd", open(".")),
      ...leaveChroot,
      makePrivate,
      call("fchdir", value("chroot")),
      call("chroot", "."),
      call("fchdir", value("cwd")),
      ...closing("chroot", "cwd"),
      { label: "private" },
    ],
    "mount --make-rprivate /",
  );
}

/**
 * The Step that makes a directory a mount of its own and opens it: what comes after resolves its paths there.
 *
 * @param options.isolated where the mounts of the namespace are not private: no mount in the root reaches the host, and none
 * of the host's the root. Default false.
 */
export function openRoot(root: string, { isolated = false }: { readonly isolated?: boolean } = {}): Step {
  const flags = OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC | AT.RECURSIVE;
  return step(
    `bind ${root} on itself as the new root`,
    [
      into(ROOT, call("open_tree", AT_FDCWD, root, flags)),
      ...(isolated ? [setattr(ROOT, { propagation: MS.PRIVATE }, AT.RECURSIVE)] : []),
      call("move_mount", rootFd, "", AT_FDCWD, root, MOVE_MOUNT.F_EMPTY_PATH | MOVE_MOUNT.T_SYMLINKS),
    ],
    `mount --rbind ${root} ${root}; ROOT=${root}`,
  );
}

/** The Step that makes a mount of the container read-only, as it stands: for /dev, in which places were made before. */
export function readonlyMount(path: string): Step {
  return step(
    `make ${path} read-only`,
    [...openPlace(path), setattr("target", { attr_set: MOUNT_ATTR.RDONLY }), ...closing("target")],
    `mount -o remount,bind,ro $ROOT${path}`,
  );
}

/** The Step that makes the root's own mount read-only. Its other flags stay, those that a user namespace locks, too. */
export function readonlyRoot(): Step {
  return step(
    "make the root read-only",
    [setattr(ROOT, { attr_set: MOUNT_ATTR.RDONLY })],
    "mount -o remount,bind,ro $ROOT",
  );
}

/** The Step that changes the root to the one that {@link openRoot} opened, and enters it. */
export function pivotRoot(): Step {
  const pivot = call("pivot_root", ".", ".");
  const open = into("old root", call("openat", AT_FDCWD, "/", O.PATH | O.DIRECTORY | O.CLOEXEC, 0));
  return step(
    "change the root and let go of the old one",
    [
      open,
      call("fchdir", rootFd),
      into("pivoted", ignoring(pivot, "EINVAL")),
      { jump: "pivoted", when: { value: "pivoted", equals: 0 } },
      // The old root is a chroot's directory: what is outside of it must go, too, or a second chroot would lead there.
      ...closing("old root"),
      ...leaveChroot,
      open,
      call("fchdir", rootFd),
      into("pivoted", ignoring(pivot, "EINVAL")),
      { jump: "pivoted", when: { value: "pivoted", equals: 0 } },
      // Or it is the initial ramdisk, which stays, covered by the new root.
      call("mount", ".", "/", null, MS.MOVE, null),
      call("chroot", "."),
      { jump: "entered" },
      { label: "pivoted" },
      // Where mounts are shared with the host, that they go here must not make them go there: umount_tree() of the kernel tells
      // the peers of the parents of all mounts below.
      call("fchdir", value("old root")),
      call("mount", null, ".", null, MS.REC | MS.SLAVE, null),
      // The old root is on top of the new one now, pivot_root(2) "pivot_root(".", ".")".
      call("umount2", ".", MNT.DETACH),
      { label: "entered" },
      call("chdir", "/"),
      ...closing("old root", ROOT),
    ],
    "cd $ROOT; pivot_root . .; mount --make-rslave .; umount -l .; cd /",
  );
}

/**
 * The Step that changes the root by chroot(2) alone: the process can leave it if it has CAP_SYS_CHROOT.
 *
 * @param options.readonly the root, with what is mounted below, is a read-only copy of the mount that has no place: nobody else in
 * the mount namespace sees anything of it. Default false.
 */
export function chroot(root: string, { readonly = false }: { readonly readonly?: boolean } = {}): Step {
  if (!readonly)
    return step(`change the root to ${root}`, [call("chroot", root), call("chdir", "/")], `chroot ${root}`);
  return step(
    `change the root to ${root}, read-only`,
    [
      into("copy", call("open_tree", AT_FDCWD, root, OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC | AT.RECURSIVE)),
      setattr("copy", { attr_set: MOUNT_ATTR.RDONLY }),
      call("fchdir", value("copy")),
      call("chroot", "."),
      call("chdir", "/"),
      ...closing("copy"),
    ],
    `chroot ${root}`,
  );
}

/** The Step that gives the uts namespace its host name, sethostname(2): at most 64 bytes. */
export function hostname(name: string): Step {
  const length = Buffer.byteLength(name);
  if (length > 64)
    throw new RangeError(`the host name ${JSON.stringify(name)} has ${length} bytes: the kernel takes at most 64`);
  return step("set the host name", [call("sethostname", name, length)], `hostname ${name}`);
}

/** The Step that gives the uts namespace its NIS domain name, setdomainname(2): at most 64 bytes. */
export function domainname(name: string): Step {
  const length = Buffer.byteLength(name);
  if (length > 64)
    throw new RangeError(`the domain name ${JSON.stringify(name)} has ${length} bytes: the kernel takes at most 64`);
  return step("set the domain name", [call("setdomainname", name, length)], `domainname ${name}`);
}
