import type { Format } from "../signature.ts";
import { CLOSE_RANGE } from "../uapi/close-range.ts";
import { FALLOC_FL } from "../uapi/falloc.ts";
import { AT, AT_EACCESS, F, F_SEAL, FD, LOCK, O } from "../uapi/fcntl.ts";
import { RENAME, RWF, SEEK, SPLICE_F } from "../uapi/fs.ts";
import { FIO, TC, TIOC } from "../uapi/ioctl.ts";
import { LOOP, LOOP_CTL } from "../uapi/loop.ts";
import { MFD } from "../uapi/memfd.ts";
import { SIOC } from "../uapi/net.ts";
import { NS } from "../uapi/nsfs.ts";
import { PIDFD_GET } from "../uapi/pidfd.ts";
import { SECCOMP_IOCTL_NOTIF } from "../uapi/seccomp.ts";
import { STATX } from "../uapi/stat.ts";
import { XATTR } from "../uapi/xattr.ts";
import { flags, oneOf, type Signatures, type Variants } from "./formats.ts";

const open: Format = flags({ O_: O }, "O_RDONLY");
const at: Format = flags({ AT_: AT });
const rwf: Format = flags({ RWF_: RWF });
const splice: Format = flags({ SPLICE_F_: SPLICE_F });
const xattr: Format = flags({ XATTR_: XATTR });

/** The parameters of the calls for files. */
export const files = (): Signatures => ({
  // Opening and closing
  open: { pathname: "path", flags: open, mode: "octal" },
  openat: { dirfd: "dirfd", pathname: "path", flags: open, mode: "octal" },
  openat2: { dirfd: "dirfd", pathname: "path", how: "pointer", size: "uint" },
  creat: { pathname: "path", mode: "octal" },
  close: { fd: "fd" },
  close_range: { first: "fd", last: "uint", flags: flags({ CLOSE_RANGE_: CLOSE_RANGE }) },
  dup: { oldfd: "fd" },
  dup2: { oldfd: "fd", newfd: "fd" },
  dup3: { oldfd: "fd", newfd: "fd", flags: flags({ O_: O }) },
  fcntl: { fd: "fd", cmd: oneOf({ F_: F }), arg: "hex" },
  flock: { fd: "fd", operation: flags({ LOCK_: LOCK }) },
  ioctl: {
    fd: "fd",
    request: oneOf({
      TIOC,
      TC,
      FIO,
      SIOC,
      NS_: NS,
      LOOP_: LOOP,
      LOOP_CTL_: LOOP_CTL,
      PIDFD_GET_: PIDFD_GET,
      SECCOMP_IOCTL_NOTIF_: SECCOMP_IOCTL_NOTIF,
    }),
    arg: "hex",
  },
  pipe: { pipefd: "pointer" },
  pipe2: { pipefd: "pointer", flags: flags({ O_: O }) },
  memfd_create: { name: "string", flags: flags({ MFD_: MFD }) },
  name_to_handle_at: { dirfd: "dirfd", pathname: "path", handle: "pointer", mount_id: "pointer", flags: at },
  open_by_handle_at: { mount_fd: "fd", handle: "pointer", flags: open },

  // Content
  read: { fd: "fd", buf: "bytes", count: "uint" },
  write: { fd: "fd", buf: "bytes", count: "uint" },
  readv: { fd: "fd", iov: "pointer", iovcnt: "int" },
  writev: { fd: "fd", iov: "pointer", iovcnt: "int" },
  pread64: { fd: "fd", buf: "bytes", count: "uint", offset: "int" },
  pwrite64: { fd: "fd", buf: "bytes", count: "uint", offset: "int" },
  preadv: { fd: "fd", iov: "pointer", iovcnt: "int", offset: "int" },
  pwritev: { fd: "fd", iov: "pointer", iovcnt: "int", offset: "int" },
  // The kernel takes the offset in two halves, and on 64 bits the second one is not used.
  preadv2: { fd: "fd", iov: "pointer", iovcnt: "int", offset: "int", offset_high: "int", flags: rwf },
  pwritev2: { fd: "fd", iov: "pointer", iovcnt: "int", offset: "int", offset_high: "int", flags: rwf },
  lseek: { fd: "fd", offset: "int", whence: oneOf({ SEEK_: SEEK }) },
  truncate: { path: "path", length: "int" },
  ftruncate: { fd: "fd", length: "int" },
  fallocate: { fd: "fd", mode: flags({ FALLOC_FL_: FALLOC_FL }), offset: "int", len: "int" },
  fsync: { fd: "fd" },
  fdatasync: { fd: "fd" },
  syncfs: { fd: "fd" },
  sync: {},
  sendfile: { out_fd: "fd", in_fd: "fd", offset: "pointer", count: "uint" },
  splice: { fd_in: "fd", off_in: "pointer", fd_out: "fd", off_out: "pointer", len: "uint", flags: splice },
  tee: { fd_in: "fd", fd_out: "fd", len: "uint", flags: splice },
  vmsplice: { fd: "fd", iov: "pointer", nr_segs: "uint", flags: splice },
  copy_file_range: { fd_in: "fd", off_in: "pointer", fd_out: "fd", off_out: "pointer", len: "uint", flags: "hex" },

  // Names
  access: { pathname: "path", mode: "octal" },
  faccessat: { dirfd: "dirfd", pathname: "path", mode: "octal" },
  faccessat2: {
    dirfd: "dirfd",
    pathname: "path",
    mode: "octal",
    flags: flags({ AT_: { EACCESS: AT_EACCESS, SYMLINK_NOFOLLOW: AT.SYMLINK_NOFOLLOW, EMPTY_PATH: AT.EMPTY_PATH } }),
  },
  chdir: { path: "path" },
  fchdir: { fd: "fd" },
  getcwd: { buf: "pointer", size: "uint" },
  mkdir: { pathname: "path", mode: "octal" },
  mkdirat: { dirfd: "dirfd", pathname: "path", mode: "octal" },
  rmdir: { pathname: "path" },
  unlink: { pathname: "path" },
  unlinkat: { dirfd: "dirfd", pathname: "path", flags: at },
  rename: { oldpath: "path", newpath: "path" },
  renameat: { olddirfd: "dirfd", oldpath: "path", newdirfd: "dirfd", newpath: "path" },
  renameat2: {
    olddirfd: "dirfd",
    oldpath: "path",
    newdirfd: "dirfd",
    newpath: "path",
    flags: flags({ RENAME_: RENAME }),
  },
  link: { oldpath: "path", newpath: "path" },
  linkat: { olddirfd: "dirfd", oldpath: "path", newdirfd: "dirfd", newpath: "path", flags: at },
  symlink: { target: "path", linkpath: "path" },
  symlinkat: { target: "path", newdirfd: "dirfd", linkpath: "path" },
  readlink: { pathname: "path", buf: "pointer", bufsiz: "uint" },
  readlinkat: { dirfd: "dirfd", pathname: "path", buf: "pointer", bufsiz: "uint" },
  mknod: { pathname: "path", mode: "octal", dev: "hex" },
  mknodat: { dirfd: "dirfd", pathname: "path", mode: "octal", dev: "hex" },
  getdents64: { fd: "fd", dirp: "pointer", count: "uint" },
  umask: { mask: "octal" },

  // Attributes
  stat: { pathname: "path", statbuf: "pointer" },
  lstat: { pathname: "path", statbuf: "pointer" },
  fstat: { fd: "fd", statbuf: "pointer" },
  newfstatat: { dirfd: "dirfd", pathname: "path", statbuf: "pointer", flags: at },
  statx: { dirfd: "dirfd", pathname: "path", flags: at, mask: flags({ STATX_: STATX }), statxbuf: "pointer" },
  statfs: { path: "path", buf: "pointer" },
  fstatfs: { fd: "fd", buf: "pointer" },
  chmod: { pathname: "path", mode: "octal" },
  fchmod: { fd: "fd", mode: "octal" },
  fchmodat: { dirfd: "dirfd", pathname: "path", mode: "octal" },
  fchmodat2: { dirfd: "dirfd", pathname: "path", mode: "octal", flags: at },
  chown: { pathname: "path", owner: "int", group: "int" },
  lchown: { pathname: "path", owner: "int", group: "int" },
  fchown: { fd: "fd", owner: "int", group: "int" },
  fchownat: { dirfd: "dirfd", pathname: "path", owner: "int", group: "int", flags: at },
  utimensat: { dirfd: "dirfd", pathname: "path", times: "pointer", flags: at },
  setxattr: { path: "path", name: "string", value: "bytes", size: "uint", flags: xattr },
  lsetxattr: { path: "path", name: "string", value: "bytes", size: "uint", flags: xattr },
  fsetxattr: { fd: "fd", name: "string", value: "bytes", size: "uint", flags: xattr },
  getxattr: { path: "path", name: "string", value: "bytes", size: "uint" },
  lgetxattr: { path: "path", name: "string", value: "bytes", size: "uint" },
  fgetxattr: { fd: "fd", name: "string", value: "bytes", size: "uint" },
  listxattr: { path: "path", list: "pointer", size: "uint" },
  llistxattr: { path: "path", list: "pointer", size: "uint" },
  flistxattr: { fd: "fd", list: "pointer", size: "uint" },
  removexattr: { path: "path", name: "string" },
  lremovexattr: { path: "path", name: "string" },
  fremovexattr: { fd: "fd", name: "string" },
  setfsuid: { fsuid: "int" },
  setfsgid: { fsgid: "int" },
});

/** The ones of these whose formats depend on a parameter. */
export const fileVariants = (): Variants => ({
  fcntl: {
    by: 1,
    names: F,
    formats: {
      DUPFD: { arg: "fd" },
      DUPFD_CLOEXEC: { arg: "fd" },
      DUPFD_QUERY: { arg: "fd" },
      SETFD: { arg: flags({ FD_: FD }) },
      SETFL: { arg: open },
      SETSIG: { arg: "signal" },
      SETOWN: { arg: "int" },
      SETPIPE_SZ: { arg: "uint" },
      ADD_SEALS: { arg: flags({ F_SEAL_: F_SEAL }) },
    },
  },
  ioctl: {
    by: 1,
    names: { TIOCSCTTY: TIOC.SCTTY, TIOCGPTPEER: TIOC.GPTPEER },
    formats: {
      TIOCSCTTY: { arg: "int" },
      TIOCGPTPEER: { arg: flags({ O_: O }) },
    },
  },
});
