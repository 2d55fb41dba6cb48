import { address, AT, call, ignoring, type Instruction, into, memory, MFD, O, S, SEEK, value } from "@wb/syscall";
import { closing } from "./in-root.ts";

/**
 * Instructions that copy all that is in the directory of one cell into the directory of another, which nobody else has seen:
 * the option `tmpcopyup` of runc. Contents, owners, modes, times, symbolic links, devices, access control lists and file
 * capabilities are kept; hard links become files of their own.
 *
 * The walk is made of system calls, so that it sees what the container would see, below mounts that exist nowhere else, and
 * follows no link: each name is opened in the directory that it was read from. The directory's own position is the state of
 * the walk, one entry for each getdents64(2); the way back up is a stack in a memfd.
 */
export function copyTree(source: string, target: string): Instruction[] {
  return [
    memory("copy stat", STAT.size),
    memory("copy entry", DIRENT.size),
    memory("copy link", LINK_SIZE),
    memory("copy attribute", ATTRIBUTE_SIZE),
    memory("copy frame", FRAME),
    into("copy stack", call("memfd_create", "wb-copy", MFD.CLOEXEC)),
    { assign: address("copy depth"), to: 0 },
    into("from", call("openat", value(source), ".", DIRECTORY, 0)),
    into("to", call("openat", value(target), ".", DIRECTORY, 0)),
    ...stat("from"),
    ...sameOwner("to"),
    ...sameAttributes("from", "to", "root"),
    { label: "next entry" },
    into("read", call("getdents64", value("from"), address("copy entry"), DIRENT.size)),
    { jump: "end of directory", when: { value: "read", equals: 0 } },
    call("lseek", value("from"), value("copy entry", DIRENT.next), SEEK.SET),
    { jump: "next entry", when: { value: "copy entry", offset: DIRENT.name, mask: 0xffffn, equals: DOT } },
    { jump: "next entry", when: { value: "copy entry", offset: DIRENT.name, mask: 0xff_ffffn, equals: DOT_DOT } },
    call("newfstatat", value("from"), name, address("copy stat"), AT.SYMLINK_NOFOLLOW),
    ...Object.entries(TYPES).map(([label, equals]) => ({
      jump: label,
      when: { value: "copy stat", offset: STAT.mode, mask: 0o170_000n, equals },
    })),
    ...node,
    { label: "link" },
    ...link,
    { label: "file" },
    ...file,
    { label: "directory" },
    ...directory,
    { label: "end of directory" },
    ...stat("from"),
    call("utimensat", value("to"), null, TIMES, 0),
    ...closing("from", "to"),
    { jump: "copied", when: { value: "copy depth", equals: 0 } },
    { assign: address("copy depth"), to: value("copy depth"), plus: -FRAME },
    call("pread64", value("copy stack"), address("copy frame"), FRAME, value("copy depth")),
    { assign: address("from"), to: value("copy frame") },
    { assign: address("to"), to: value("copy frame", 8) },
    { jump: "next entry" },
    { label: "copied" },
    ...closing("copy stack"),
  ];
}

/** `struct stat` of the kernel: asm/stat.h of x86-64 and asm-generic/stat.h of arm64. The times are atime and mtime. */
const STAT =
  process.arch === "arm64"
    ? ({ size: 128, mode: 16, uid: 24, gid: 28, rdev: 32, times: 72 } as const)
    : ({ size: 144, mode: 24, uid: 28, gid: 32, rdev: 40, times: 72 } as const);

/** `struct linux_dirent64`, getdents64(2): room for one with the longest name. `next` is d_off. */
const DIRENT = { size: 280, next: 8, name: 19 } as const;

/** "." and ".." with their NUL. */
const DOT = 0x2e;
const DOT_DOT = 0x2e2e;

const LINK_SIZE = 4096;
const ATTRIBUTE_SIZE = 65_536;
/** Two file descriptors. */
const FRAME = 16;
const DIRECTORY = O.RDONLY | O.DIRECTORY | O.NOFOLLOW | O.CLOEXEC;
const TYPES = { link: S.IFLNK, file: S.IFREG, directory: S.IFDIR } as const;
const TIMES = address("copy stat", STAT.times);

/** Extended attributes that a tmpfs has, xattr(7). */
const ATTRIBUTES = ["security.capability", "system.posix_acl_access", "system.posix_acl_default"] as const;

const name = address("copy entry", DIRENT.name);
const mode = value("copy stat", STAT.mode, 0o7777n);
const owner = [value("copy stat", STAT.uid, 0xffff_ffffn), value("copy stat", STAT.gid, 0xffff_ffffn)] as const;

function stat(cell: string): Instruction[] {
  return [call("newfstatat", value(cell), "", address("copy stat"), AT.EMPTY_PATH)];
}

/** The mode after the owner: chown(2) takes set-user-ID away. */
function sameOwner(cell: string): Instruction[] {
  return [call("fchown", value(cell), ...owner), call("fchmod", value(cell), mode)];
}

function sameAttributes(from: string, to: string, kind: string): Instruction[] {
  const buffer = address("copy attribute");
  return ATTRIBUTES.flatMap((attribute) => [
    into(
      "length",
      ignoring(call("fgetxattr", value(from), attribute, buffer, ATTRIBUTE_SIZE), "ENODATA", "EOPNOTSUPP"),
    ),
    { jump: `${attribute} of the ${kind}`, when: { value: "length", lessThan: 0 } },
    ignoring(call("fsetxattr", value(to), attribute, buffer, value("length"), 0), "EOPNOTSUPP", "EPERM"),
    { label: `${attribute} of the ${kind}` },
  ]);
}

const sameByName: readonly Instruction[] = [
  call("fchownat", value("to"), name, ...owner, AT.SYMLINK_NOFOLLOW),
  call("utimensat", value("to"), name, TIMES, AT.SYMLINK_NOFOLLOW),
];

/** A device, a FIFO or a socket. */
const node: readonly Instruction[] = [
  call(
    "mknodat",
    value("to"),
    name,
    value("copy stat", STAT.mode, 0xffffn),
    value("copy stat", STAT.rdev, 0xffff_ffffn),
  ),
  ...sameByName,
  call("fchmodat", value("to"), name, mode),
  { jump: "next entry" },
];

const link: readonly Instruction[] = [
  // readlinkat(2) writes no NUL: what an earlier, longer one left is overwritten with what lies behind the stack's end.
  call("ftruncate", value("copy stack"), value("copy depth")),
  { assign: address("link end"), to: value("copy depth"), plus: LINK_SIZE },
  call("ftruncate", value("copy stack"), value("link end")),
  call("pread64", value("copy stack"), address("copy link"), LINK_SIZE, value("copy depth")),
  call("readlinkat", value("from"), name, address("copy link"), LINK_SIZE - 1),
  call("symlinkat", address("copy link"), value("to"), name),
  ...sameByName,
  { jump: "next entry" },
];

const file: readonly Instruction[] = [
  into("in", call("openat", value("from"), name, O.RDONLY | O.NOFOLLOW | O.NONBLOCK | O.NOCTTY | O.CLOEXEC, 0)),
  into("out", call("openat", value("to"), name, O.WRONLY | O.CREAT | O.EXCL | O.NOFOLLOW | O.CLOEXEC, 0o600)),
  { label: "more" },
  into("sent", call("sendfile", value("out"), value("in"), null, 0x7fff_f000)),
  { jump: "whole", when: { value: "sent", equals: 0 } },
  { jump: "more" },
  { label: "whole" },
  ...sameOwner("out"),
  ...sameAttributes("in", "out", "file"),
  call("utimensat", value("out"), null, TIMES, 0),
  ...closing("in", "out"),
  { jump: "next entry" },
];

const directory: readonly Instruction[] = [
  call("mkdirat", value("to"), name, 0o700),
  { assign: address("copy frame"), to: value("from") },
  { assign: address("copy frame", 8), to: value("to") },
  call("pwrite64", value("copy stack"), address("copy frame"), FRAME, value("copy depth")),
  { assign: address("copy depth"), to: value("copy depth"), plus: FRAME },
  into("from", call("openat", value("from"), name, DIRECTORY, 0)),
  into("to", call("openat", value("to"), name, DIRECTORY, 0)),
  ...sameOwner("to"),
  ...sameAttributes("from", "to", "directory"),
  { jump: "next entry" },
];
