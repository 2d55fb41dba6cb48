/** The bits of a mode, inode(7), linux/stat.h: `IFMT` is the mask of the types of files. */
export const S = {
  IFMT: 0o17_0000,
  IFSOCK: 0o14_0000,
  IFLNK: 0o12_0000,
  IFREG: 0o10_0000,
  IFBLK: 0o6_0000,
  IFDIR: 0o4_0000,
  IFCHR: 0o2_0000,
  IFIFO: 0o1_0000,
  ISUID: 0o4000,
  ISGID: 0o2000,
  ISVTX: 0o1000,
} as const;

/** What statx(2) is asked for, linux/stat.h. */
export const STATX = {
  BASIC_STATS: 0x7ff,
  TYPE: 0x1,
  MODE: 0x2,
  NLINK: 0x4,
  UID: 0x8,
  GID: 0x10,
  ATIME: 0x20,
  MTIME: 0x40,
  CTIME: 0x80,
  INO: 0x100,
  SIZE: 0x200,
  BLOCKS: 0x400,
  BTIME: 0x800,
  MNT_ID: 0x1000, // since Linux 5.8
  DIOALIGN: 0x2000, // since Linux 6.1
  MNT_ID_UNIQUE: 0x4000, // since Linux 6.8
  SUBVOL: 0x8000, // since Linux 6.10
} as const;

/** `stx_attributes` of statx(2), linux/stat.h. */
export const STATX_ATTR = {
  COMPRESSED: 0x0000_0004,
  IMMUTABLE: 0x0000_0010,
  APPEND: 0x0000_0020,
  NODUMP: 0x0000_0040,
  ENCRYPTED: 0x0000_0800,
  AUTOMOUNT: 0x0000_1000,
  MOUNT_ROOT: 0x0000_2000, // since Linux 5.8
  VERITY: 0x0010_0000, // since Linux 5.5
  DAX: 0x0020_0000, // since Linux 5.8
} as const;
