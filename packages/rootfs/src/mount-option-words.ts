import { MOUNT_ATTR, MS } from "@wb/syscall";

/** What a word does to the attributes of a mount. */
export interface Attribute {
  readonly flag: number;
  /** The word takes the flag away. */
  readonly clears?: boolean;
  /** Access times are a field of several bits: to change one, all are cleared. Default: the flag. */
  readonly mask?: number;
}

/** With an `r` before it, each means the mounts below, too: `rro`, `rsuid`. Attributes of `struct mount_attr`, mount_setattr(2). */
export const ATTRIBUTES: ReadonlyMap<string, Attribute> = words({
  ro: { flag: MOUNT_ATTR.RDONLY },
  rw: { flag: MOUNT_ATTR.RDONLY, clears: true },
  nosuid: { flag: MOUNT_ATTR.NOSUID },
  suid: { flag: MOUNT_ATTR.NOSUID, clears: true },
  nodev: { flag: MOUNT_ATTR.NODEV },
  dev: { flag: MOUNT_ATTR.NODEV, clears: true },
  noexec: { flag: MOUNT_ATTR.NOEXEC },
  exec: { flag: MOUNT_ATTR.NOEXEC, clears: true },
  nodiratime: { flag: MOUNT_ATTR.NODIRATIME },
  diratime: { flag: MOUNT_ATTR.NODIRATIME, clears: true },
  nosymfollow: { flag: MOUNT_ATTR.NOSYMFOLLOW },
  symfollow: { flag: MOUNT_ATTR.NOSYMFOLLOW, clears: true },
  relatime: { flag: MOUNT_ATTR.RELATIME, mask: MOUNT_ATTR._ATIME },
  noatime: { flag: MOUNT_ATTR.NOATIME, mask: MOUNT_ATTR._ATIME },
  strictatime: { flag: MOUNT_ATTR.STRICTATIME, mask: MOUNT_ATTR._ATIME },
  // Takes back what an earlier word said, and with `r` what the mounts below have: the kernel's default counts, which is relatime.
  atime: { flag: MOUNT_ATTR.NOATIME, mask: MOUNT_ATTR._ATIME, clears: true },
  nostrictatime: { flag: MOUNT_ATTR.STRICTATIME, mask: MOUNT_ATTR._ATIME, clears: true },
});

export const PROPAGATION: ReadonlyMap<string, number> = words({
  private: MS.PRIVATE,
  rprivate: MS.PRIVATE | MS.REC,
  slave: MS.SLAVE,
  rslave: MS.SLAVE | MS.REC,
  shared: MS.SHARED,
  rshared: MS.SHARED | MS.REC,
  unbindable: MS.UNBINDABLE,
  runbindable: MS.UNBINDABLE | MS.REC,
});

/** Flags of the file system's superblock, which every file system has: vfs_parse_sb_flag() of fs/fs_context.c. */
export const SUPERBLOCK: ReadonlySet<string> = new Set([
  "async",
  "dirsync",
  "lazytime",
  "mand",
  "nolazytime",
  "nomand",
  "sync",
]);

/**
 * Words that change nothing: those of /etc/fstab for mount(8); what is the kernel's default, or its own choice for each file
 * system (access control lists by its options, i_version since Linux 6.0); and how much the kernel logs.
 */
export const IGNORED: ReadonlySet<string> = new Set([
  "acl",
  "auto",
  "defaults",
  "iversion",
  "loud",
  "noacl",
  "noauto",
  "noiversion",
  "norelatime",
  "nouser",
  "rnorelatime",
  "silent",
  "user",
]);

/** A Map: an object would have the words of its prototype, too. */
export function words<T>(meanings: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(Object.entries(meanings));
}
