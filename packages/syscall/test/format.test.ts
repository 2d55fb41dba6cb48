import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires, temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { formatArguments } from "../src/format.ts";
import { image } from "../src/image.ts";
import {
  type Call,
  AF,
  AT,
  AT_FDCWD,
  CAP,
  CLONE,
  CLOSE_RANGE,
  EFD,
  F,
  FALLOC_FL,
  FD,
  FSCONFIG,
  FSMOUNT,
  FSOPEN,
  F_SEAL,
  GRND,
  KEYCTL,
  LOCK,
  MFD,
  MNT,
  MOUNT_ATTR,
  MOVE_MOUNT,
  MS,
  O,
  OPEN_TREE,
  P,
  PR,
  PRIO,
  RENAME,
  RLIMIT,
  SEEK,
  SIG,
  SOCK,
  UMOUNT,
  W,
  XATTR,
  address,
  call,
  cloneArgs,
  formatCall,
  ignoring,
  mountAttr,
  openHow,
  pointer,
  quote,
  rlimit64,
  step,
  timespec,
  value,
} from "../src/index.ts";
import { pack } from "../src/pack.ts";

/** Calls that change nothing, for what they name does not exist, or they name nothing. */
const calls: readonly Call[] = [
  call("openat", AT_FDCWD, "/nowhere/x", O.WRONLY | O.CREAT | O.EXCL | O.NOFOLLOW, 0o640),
  call("openat", -1, "x", O.RDWR | O.APPEND | O.NONBLOCK),
  call("openat", AT_FDCWD, "/nowhere", O.RDONLY),
  call("close", -1),
  call("close_range", 500, 600, CLOSE_RANGE.CLOEXEC),
  call("dup3", -1, 5, O.CLOEXEC),
  call("fcntl", -1, F.DUPFD_CLOEXEC, 10),
  call("fcntl", -1, F.SETFD, FD.CLOEXEC),
  call("fcntl", -1, F.ADD_SEALS, F_SEAL.SEAL | F_SEAL.WRITE),
  call("fcntl", -1, F.GETFD),
  call("flock", -1, LOCK.EX | LOCK.NB),
  call("memfd_create", "x", MFD.CLOEXEC | MFD.ALLOW_SEALING | 0x10_0000),
  call("write", -1, "abc", 3),
  call("write", -1, Buffer.from("line\n"), 5),
  call("write", -1, Buffer.from([1, 2, 200]), 3),
  call("lseek", -1, 5, SEEK.END),
  call("ftruncate", -1, 4096),
  call("fallocate", -1, FALLOC_FL.KEEP_SIZE, 0, 10),
  call("mkdirat", AT_FDCWD, "/nowhere/x", 0o755),
  call("symlinkat", "a", AT_FDCWD, "/nowhere/x"),
  call("linkat", AT_FDCWD, "/nowhere/a", AT_FDCWD, "/nowhere/b", AT.SYMLINK_FOLLOW),
  call("unlinkat", AT_FDCWD, "/nowhere/x", AT.REMOVEDIR),
  call("renameat2", AT_FDCWD, "/nowhere/a", AT_FDCWD, "/nowhere/b", RENAME.NOREPLACE | RENAME.WHITEOUT),
  call("fchmodat", AT_FDCWD, "/nowhere/x", 0o4755),
  call("fchownat", AT_FDCWD, "/nowhere/x", 0, 12, AT.SYMLINK_NOFOLLOW),
  call("utimensat", AT_FDCWD, "/nowhere", null, AT.SYMLINK_NOFOLLOW),
  call("setxattr", "/nowhere", "user.x", Buffer.from("v"), 1, XATTR.CREATE),
  call("readlinkat", AT_FDCWD, "/nowhere", null, 10),
  call("statfs", "/nowhere", null),
  call("chdir", '/nowhere\n"x"\t\\'),
  call("chroot", "/nowhere"),
  call("pivot_root", "/nowhere", "/nowhere/old"),
  call("mount", "none", "/nowhere", "tmpfs", MS.NOSUID | MS.NODEV | MS.NOEXEC, "size=1m"),
  call("mount", "/a", "/nowhere", null, MS.BIND | MS.REC, null),
  call("mount", null, "/nowhere", null, MS.REMOUNT | MS.BIND | MS.RDONLY, null),
  call("mount", null, "/nowhere", null, MS.REC | MS.PRIVATE, null),
  call("umount2", "/nowhere", MNT.DETACH | UMOUNT.NOFOLLOW),
  call("fsopen", "nofs", FSOPEN.CLOEXEC),
  call("fsconfig", -1, FSCONFIG.SET_STRING, "lowerdir+", "/x", 0),
  call("fsconfig", -1, FSCONFIG.CMD_CREATE, null, null, 0),
  call("fsmount", -1, FSMOUNT.CLOEXEC, MOUNT_ATTR.RDONLY | MOUNT_ATTR.NOSUID),
  call("open_tree", AT_FDCWD, "/nowhere", OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC | AT.RECURSIVE),
  call("move_mount", -1, "", AT_FDCWD, "/nowhere", MOVE_MOUNT.F_EMPTY_PATH),
  call(
    "mount_setattr",
    -1,
    "",
    AT.EMPTY_PATH | AT.RECURSIVE,
    pointer(mountAttr, { attr_set: MOUNT_ATTR.RDONLY, attr_clr: 0, propagation: MS.PRIVATE, userns_fd: 0 }),
    mountAttr.size,
  ),
  call("openat2", AT_FDCWD, "/nowhere", pointer(openHow, { flags: O.RDWR | O.CLOEXEC, resolve: 0x18 }), openHow.size),
  call("unshare", CLONE.NEWNS | CLONE.NEWPID | 1),
  call("setns", -1, CLONE.NEWNET),
  call("kill", 4_194_305, SIG.TERM),
  call("pidfd_open", -1, 0),
  call("pidfd_send_signal", -1, SIG.KILL, null, 0),
  call("waitid", P.PIDFD, 1000, null, W.EXITED | W.NOHANG, null),
  call("prctl", PR.SET_PDEATHSIG, SIG.KILL),
  call("prctl", PR.CAPBSET_READ, CAP.SYS_ADMIN),
  call("keyctl", KEYCTL.SEARCH, 0, "x", "y", 0),
  call("setresuid", -1, -1, -1),
  call("nanosleep", pointer(timespec, { tv_sec: 0, tv_nsec: 1 }), null),
  call("prlimit64", 0, RLIMIT.CORE, pointer(rlimit64, { rlim_cur: 0, rlim_max: 0 }), null),
  call("setpriority", PRIO.PROCESS, 4_194_305, 5),
  call("getrandom", null, 0, GRND.NONBLOCK),
  call("eventfd2", 0, EFD.CLOEXEC),
  call("socket", AF.UNIX, SOCK.STREAM | SOCK.CLOEXEC, 0),
  call("umask", 0o22),
  call("getpid"),
];

describe("formatCall()", () => {
  requires("command:strace")("prints what strace prints for the same calls", () => {
    using directory = temporaryDirectory();
    const [file, output] = [join(directory.path, "image"), join(directory.path, "output")];
    const program = [step("all", [...calls.map((made) => ignoring(made)), call("exit_group", 0)])];
    writeFileSync(file, image(pack(program)), { mode: 0o755 });
    // -x: bytes that are no text in hexadecimal
    const { stderr, status } = spawnSync("strace", ["-x", "-s", "64", "-o", output, file], { encoding: "utf8" });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    const [, ...lines] = readFileSync(output, "utf8").split("\n");
    const traced = calls.map((_, index) => lines[index]?.replace(/ += \S.*$/, ""));
    expect(calls.map((made) => formatCall(made))).toEqual(traced);
  });

  test.each<[string, Call]>([
    ['umount2("/", MNT_FORCE|0xf00)', call("umount2", "/", 0xf01)],
    ["unshare(CLONE_NEWNS|0x8000000000000000)", call("unshare", BigInt(CLONE.NEWNS) | (1n << 63n))],
    ['umount2("/", MNT_FORCE|MNT_DETACH|MNT_EXPIRE|UMOUNT_NOFOLLOW|0xfffffffffffffff0)', call("umount2", "/", -1)],
    ['umount2("/", 0)', call("umount2", "/", 0)],
    ["lseek(3, 0, 99)", call("lseek", 3, 0, 99)],
  ])("prints what has no name as a number: %s", (text, made) => {
    expect(formatCall(made)).toBe(text);
  });

  test("prints a call of unknown parameters in hexadecimal", () => {
    expect(formatCall(call("io_uring_setup", 8, value("params"), "text"))).toBe('io_uring_setup(0x8, params, "text")');
  });

  test.each<[string, Call]>([
    ["read(3, &buffer, 10)", call("read", 3, address("buffer"), 10)],
    ["read(in, &buffer+16, length+8)", call("read", value("in"), address("buffer", 16), value("length", 8))],
    ['openat(AT_FDCWD, "x", O_RDONLY, 0)', call("openat", 0xffff_ff9c, "x", 0, 0)],
    ["close(-1)", call("close", 0xffff_ffff)],
    ["kill(-1, 77)", call("kill", -1, 77)],
    [
      "clone3({flags=CLONE_NEWNS|CLONE_INTO_CGROUP, cgroup=group, exit_signal=SIGCHLD}, 88)",
      call(
        "clone3",
        pointer(cloneArgs, { flags: CLONE.NEWNS + CLONE.INTO_CGROUP, cgroup: value("group"), exit_signal: SIG.CHLD }),
        88,
      ),
    ],
  ])("prints cells by name, and 32-bit numbers with their sign: %s", (text, made) => {
    expect(formatCall(made)).toBe(text);
  });

  test("prints what it is told of cells and file descriptors", () => {
    const context = {
      cell: ({ value: name }: { value: string }) => (name === "known" ? 7n : undefined),
      describeFd: (fd: number) => (fd === 7 ? "/dir" : undefined),
    };
    expect(formatCall(call("openat", value("known"), "x", O.PATH, 0), context)).toBe('openat(7</dir>, "x", O_PATH, 0)');
    expect(formatCall(call("openat", value("other"), "x", O.PATH, 0), context)).toBe('openat(other, "x", O_PATH, 0)');
    expect(formatCall(call("close", 8), context)).toBe("close(8)");
  });

  test("shows the beginning of long bytes", () => {
    expect(formatCall(call("write", 1, Buffer.alloc(65, "a"), 65))).toBe(`write(1, "${"a".repeat(64)}"..., 65)`);
  });
});

describe("formatArguments()", () => {
  test("names them as the man page does", () => {
    expect(formatArguments(call("umount2", "/mnt", MNT.DETACH))).toEqual([
      ["target", '"/mnt"'],
      ["flags", "MNT_DETACH"],
    ]);
    expect(formatArguments(call("getpid", 1))).toEqual([["arg0", "0x1"]]);
  });
});

describe("quote()", () => {
  test.each([
    ["plain text", '"plain text"'],
    ['"quoted" \\ and\nmore\t', String.raw`"\"quoted\" \\ and\nmore\t"`],
    ["\u0000\u0007\u001b[31m\u007f\u009b", String.raw`"\u0000\u0007\u001b[31m\u007f\u009b"`],
    ["abc\u202etxt.exe\u2066\u200f\ufeff\u2028", String.raw`"abc\u202etxt.exe\u2066\u200f\ufeff\u2028"`],
    ["grüße, 日本語, 🐳", '"grüße, 日本語, 🐳"'],
    ["\ud800 alone", String.raw`"\ud800 alone"`],
  ])("of %j is %s, and JSON for the same text", (text, quoted) => {
    expect(quote(text)).toBe(quoted);
    expect(JSON.parse(quoted)).toBe(text);
  });
});
