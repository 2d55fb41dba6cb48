import type { Format } from "../signature.ts";
import { AT } from "../uapi/fcntl.ts";
import {
  FSCONFIG,
  FSMOUNT,
  FSOPEN,
  FSPICK,
  MNT,
  MOUNT_ATTR,
  MOVE_MOUNT,
  MS,
  OPEN_TREE,
  UMOUNT,
} from "../uapi/mount.ts";
import { flags, oneOf, type Signatures, type Variants } from "./formats.ts";

const at: Format = flags({ AT_: AT });

/** The parameters of the calls for mounts. */
export const mounts = (): Signatures => ({
  mount: { source: "path", target: "path", filesystemtype: "string", mountflags: flags({ MS_: MS }), data: "string" },
  umount2: { target: "path", flags: flags({ MNT_: MNT, UMOUNT_: UMOUNT }) },
  pivot_root: { new_root: "path", put_old: "path" },
  chroot: { path: "path" },
  fsopen: { fsname: "string", flags: flags({ FSOPEN_: FSOPEN }) },
  fspick: { dirfd: "dirfd", path: "path", flags: flags({ FSPICK_: FSPICK }) },
  fsconfig: { fd: "fd", cmd: oneOf({ FSCONFIG_: FSCONFIG }), key: "string", value: "string", aux: "int" },
  fsmount: { fsfd: "fd", flags: flags({ FSMOUNT_: FSMOUNT }), attr_flags: flags({ MOUNT_ATTR_: MOUNT_ATTR }) },
  open_tree: { dirfd: "dirfd", path: "path", flags: flags({ OPEN_TREE_: OPEN_TREE, AT_: AT }) },
  open_tree_attr: {
    dirfd: "dirfd",
    path: "path",
    flags: flags({ OPEN_TREE_: OPEN_TREE, AT_: AT }),
    attr: "pointer",
    size: "uint",
  },
  move_mount: {
    from_dirfd: "dirfd",
    from_path: "path",
    to_dirfd: "dirfd",
    to_path: "path",
    flags: flags({ MOVE_MOUNT_: MOVE_MOUNT }),
  },
  mount_setattr: { dirfd: "dirfd", path: "path", flags: at, attr: "pointer", size: "uint" },
  statmount: { req: "pointer", buf: "pointer", bufsize: "uint", flags: "hex" },
  listmount: { req: "pointer", mnt_ids: "pointer", nr_mnt_ids: "uint", flags: "hex" },
});

/** The ones of these whose formats depend on a parameter. */
export const mountVariants = (): Variants => ({
  fsconfig: {
    by: 1,
    names: FSCONFIG,
    formats: {
      SET_BINARY: { value: "bytes", aux: "uint" },
      SET_PATH: { value: "path", aux: "dirfd" },
      SET_PATH_EMPTY: { value: "path", aux: "dirfd" },
      SET_FD: { aux: "fd" },
    },
  },
});
