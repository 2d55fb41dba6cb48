import { spawn as spawnCommand } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { closeFd } from "../src/close-fd.ts";
import {
  type Call,
  type SyscallError,
  AT_FDCWD,
  CLONE,
  F,
  FD,
  MFD,
  MNT,
  MS,
  O,
  SIG,
  UMOUNT,
  address,
  call,
  ignoring,
  into,
  isErrno,
  isSyscallError,
  memory,
  openHow,
  pointer,
  run,
  runInPool,
  step,
  timespec,
  value,
} from "../src/index.ts";
import { makePipe } from "./support/children.ts";
import { NO_GROWTH, growthOf } from "./support/growth.ts";

const pipeSteps = [step("a pipe", [memory("pipe", 8), call("pipe2", address("pipe"), O.CLOEXEC)])];

describe("run()", () => {
  test("makes the calls in order, in this process", () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, "file");
    const results = run([
      step("write a file", [
        into("fd", call("openat", AT_FDCWD, path, O.WRONLY | O.CREAT | O.CLOEXEC, 0o640)),
        into("written", call("write", value("fd"), "text", 4)),
        call("fchmod", value("fd"), 0o600),
      ]),
      step("close it", [call("close", value("fd"))]),
    ]);
    expect(results.number("written")).toBe(4);
    expect(readFileSync(path, "utf8")).toBe("text");
  });

  test("writes bytes of any size as they are", () => {
    for (const size of [1, 1000, 1024, 1_000_000]) {
      const bytes = Buffer.alloc(size, "0123456789");
      const fd = run([step("a file", [into("fd", call("memfd_create", "test", MFD.CLOEXEC))])]).number("fd");
      run([step("write it", [call("write", fd, bytes, size)])]);
      expect(readFileSync(`/proc/self/fd/${fd}`).equals(bytes)).toBe(true);
      closeFd(fd);
    }
  });

  test("goes on at `onError` after a failed call, and throws its error then", async () => {
    const program = [
      ...pipeSteps,
      step("fail", [call("close", -1)]),
      step("not reached", [call("exit_group", 1)]),
      step("close both ends", [
        { label: "failed" },
        ignoring(call("close", value("pipe", 0, 0xffff_ffffn))),
        ignoring(call("close", value("pipe", 4, 0xffff_ffffn))),
      ]),
    ];
    const once = (): void =>
      expect(() => run(program, { onError: "failed" })).toThrow(
        expect.objectContaining({ code: "EBADF", step: "fail" }) as SyscallError,
      );
    expect(await growthOf(once, { times: 100 })).toEqual(NO_GROWTH);
  });

  test("gives the cells: as numbers, as 64 bits, as a copy of bytes", () => {
    const results = run([
      step("test", [
        into("pid", call("getpid")),
        { assign: address("large"), to: -1n },
        memory("bytes", Buffer.from("abcdefgh")),
      ]),
    ]);
    expect(results.number("pid")).toBe(process.pid);
    expect(results.value("large")).toBe(-1n);
    const bytes = results.bytes("bytes", 3);
    bytes.fill(0);
    expect(results.bytes("bytes", 3).toString()).toBe("abc");
  });

  test("refuses a cell that the Program does not have", () => {
    expect(() => run([]).value("x")).toThrow(new TypeError("this Program has no cell x"));
  });

  test("takes inputs, also over a memory's content, and passes over unknown ones", () => {
    const program = [
      step("test", [memory("a", Buffer.alloc(8, 1)), { assign: address("sum"), to: value("a"), plus: value("b") }]),
    ];
    expect(run(program, { inputs: { a: -5n, b: 2, unknown: 9 } }).value("sum")).toBe(-3n);
  });

  test("does nothing for no Steps", () => {
    expect(() => run([])).not.toThrow();
  });

  test("stops at the first call that fails", () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, "file");
    const create = (name: string): Call => call("mknodat", AT_FDCWD, name, 0o100_600, 0);
    expect(() => run([step("one", [create(path)]), step("two", [create(path), create(`${path}2`)])])).toThrow("EEXIST");
    expect(openSync(path, "r")).toBeGreaterThan(0);
    expect(() => openSync(`${path}2`, "r")).toThrow("ENOENT");
  });
});

describe("SyscallError", () => {
  test("has Node's fields, the Step, and a message as strace prints the call", () => {
    const error = errorOf(call("mount", "/nowhere", "/no place", null, MS.BIND | MS.REC, null), "bind it");
    const { code, errno, syscall, path, dest, step: label, name, message } = error;
    expect({ code, errno, syscall, path, dest, step: label, name, message }).toEqual({
      name: "SyscallError",
      message: 'mount("/nowhere", "/no place", NULL, MS_BIND|MS_REC, NULL): ENOENT, No such file or directory',
      code: "ENOENT",
      errno: -2,
      syscall: "mount",
      path: "/nowhere",
      dest: "/no place",
      step: "bind it",
    });
  });

  test.each<[string, Call]>([
    ["close(-1): EBADF, Bad file descriptor", call("close", -1)],
    [
      'umount2("/nowhere", MNT_DETACH|UMOUNT_NOFOLLOW): ENOENT, No such file or directory',
      call("umount2", "/nowhere", MNT.DETACH | UMOUNT.NOFOLLOW),
    ],
    [
      'openat(AT_FDCWD, "/nowhere", O_RDWR|O_CLOEXEC, 0): ENOENT, No such file or directory',
      call("openat", AT_FDCWD, "/nowhere", O.RDWR | O.CLOEXEC, 0),
    ],
    [
      'openat2(AT_FDCWD, "/", {flags=O_PATH, resolve=0x100000}, 24): EINVAL, Invalid argument',
      call("openat2", AT_FDCWD, "/", pointer(openHow, { flags: O.PATH, resolve: 1 << 20 }), openHow.size),
    ],
    ["kill(4194305, SIGKILL): ESRCH, No such process", call("kill", 2 ** 22 + 1, SIG.KILL)],
    [
      `memfd_create("${"x".repeat(250)}", MFD_CLOEXEC): EINVAL, Invalid argument`,
      call("memfd_create", "x".repeat(250), MFD.CLOEXEC),
    ],
    [
      'execve("/nowhere", ["a", "b c"], ["A=1"]): ENOENT, No such file or directory',
      call("execve", "/nowhere", ["a", "b c"], ["A=1"]),
    ],
    ["unshare(CLONE_NEWNS|0x1): EINVAL, Invalid argument", call("unshare", CLONE.NEWNS | 1)],
    ["setns(-1, CLONE_NEWNET): EBADF, Bad file descriptor", call("setns", -1, CLONE.NEWNET)],
    ["read(-1, &buffer, 10): EBADF, Bad file descriptor", call("read", -1, address("buffer"), 10)],
    ['chdir("/a\\u001b[2J\\nb\\u009b"): ENOENT, No such file or directory', call("chdir", "/a\u001b[2J\nb\u009b")],
  ])("prints %s", (message, made) => {
    expect(errorOf(made).message).toBe(message);
  });

  test("shows what a file descriptor refers to, also one that comes from a cell", () => {
    using directory = temporaryDirectory();
    const fd = openSync(directory.path, "r");
    const list = (argument: Parameters<typeof call>[1]): Call => call("fsconfig", argument, 6, null, null, 0);
    expect(errorOf(list(fd)).message).toBe(
      `fsconfig(${fd}<${directory.path}>, FSCONFIG_CMD_CREATE, NULL, NULL, 0): EINVAL, Invalid argument`,
    );
    expect(() => run([step("test", [list(value("fd"))])], { inputs: { fd } })).toThrow(
      `fsconfig(${fd}<${directory.path}>, `,
    );
    closeSync(fd);
  });

  test("shows the value of a cell that a result went to", () => {
    const program = [
      step("test", [
        into("uid", call("lseek", value("file"), 7, 0)),
        call("fchown", -1, value("uid"), value("mask", 0, 0xffn)),
      ]),
    ];
    const file = openSync("/dev/zero", "r");
    expect(() => run(program, { inputs: { file, mask: 0x1234 } })).toThrow(/^fchown\(-1, \d+, 52\): EBADF/);
    closeSync(file);
  });

  test("has a path where the call has one, by its place", () => {
    expect(errorOf(call("renameat2", AT_FDCWD, "/nowhere/a", AT_FDCWD, "/b", 0))).toMatchObject({
      path: "/nowhere/a",
      dest: "/b",
    });
    expect(errorOf(call("close", -1))).not.toHaveProperty("path");
    expect(errorOf(call("unlinkat", AT_FDCWD, "/nowhere", 0))).not.toHaveProperty("dest");
  });

  test("has a hint where a remedy is known", () => {
    expect(errorOf(call("mount", "none", "/", "nofs", 0, null)).hint ?? "").toMatch(
      process.getuid?.() === 0 ? /^the kernel has no such file system/ : /^this needs root/,
    );
    expect(errorOf(call("close", -1))).not.toHaveProperty("hint");
  });

  test("is known by its mark, not by its class", () => {
    const error = errorOf(call("close", -1));
    expect([isSyscallError(error), isErrno(error, "EBADF"), isErrno(error, "ENOENT", "EPERM")]).toEqual([
      true,
      true,
      false,
    ]);
    expect([isSyscallError(new Error("no")), isSyscallError(undefined), isErrno(null, "EBADF")]).toEqual([
      false,
      false,
      false,
    ]);
    expect(
      isErrno(
        attempt(() => closeSync(1 << 20)),
        "EBADF",
      ),
    ).toBe(true);
  });
});

describe("run() that is interrupted", () => {
  // Stays for the rest of this file's process: a late signal must not end it.
  beforeAll(() => void process.on("SIGUSR2", () => undefined));

  const wait = call("ppoll", null, 0, pointer(timespec, { tv_sec: 10 }), null, 8);

  /** Nothing of this process runs while a call waits, and a signal may come to another of its threads: a shell sends some. */
  function interrupted(made: Call): ReturnType<typeof run> {
    const script = `while sleep 0.1; do kill -USR2 ${process.pid}; done`;
    const shell = spawnCommand("sh", ["-c", script], { stdio: "ignore" });
    try {
      return run([step("wait", [into("result", made)])]);
    } finally {
      shell.kill();
    }
  }

  test("by a signal fails with EINTR", () => {
    expect(() => interrupted(wait)).toThrow("ppoll(NULL, 0, {tv_sec=10}, NULL, 8): EINTR, Interrupted system call");
  });

  test("by a signal goes on when that is ignored", () => {
    expect(interrupted(ignoring(wait, "EINTR")).number("result")).toBe(-4);
  });
});

describe("runInPool()", () => {
  test("gives what run() gives, and the same errors", async () => {
    expect((await runInPool([step("test", [into("pid", call("getpid"))])])).number("pid")).toBe(process.pid);
    await expect(runInPool([step("test", [call("close", -1)])])).rejects.toThrow(
      "close(-1): EBADF, Bad file descriptor",
    );
  });

  test("leaves the event loop free while a call waits", async () => {
    const { reader, writer } = makePipe();
    const reading = runInPool(
      [step("read", [memory("byte", 8), into("length", call("read", value("in"), address("byte"), 8))])],
      { inputs: { in: reader } },
    );
    let turns = 0;
    const timer = setInterval(() => {
      if (++turns === 3) closeFd(writer);
    }, 5);
    expect((await reading).number("length")).toBe(0);
    clearInterval(timer);
    closeFd(reader);
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  test("runs several Programs at once", async () => {
    const { reader, writer } = makePipe();
    const read = step("read", [memory("byte", 8), into("length", call("read", value("fd"), address("byte"), 1))]);
    const write = step("write", [call("write", value("fd"), "abc", 3)]);
    const reads = [1, 2, 3].map(() => runInPool([read], { inputs: { fd: reader } }));
    await runInPool([write], { inputs: { fd: writer } });
    const bytes = await Promise.all(reads.map(async (made) => (await made).bytes("byte", 1).toString()));
    expect(bytes.toSorted()).toEqual(["a", "b", "c"]);
    closeFd(reader);
    closeFd(writer);
  });
});

describe("what is left of 2,000 runs", () => {
  const program = [
    ...pipeSteps,
    step("close it", [call("close", value("pipe", 0, 0xffff_ffffn)), call("close", value("pipe", 4, 0xffff_ffffn))]),
  ];
  const large = [
    step("a large memory", [memory("large", 1 << 20), call("getrandom", address("large", (1 << 20) - 8), 8, 0)]),
  ];
  const failing = [step("fail", [call("fcntl", -1, F.SETFD, FD.CLOEXEC)])];

  test.each<[string, () => unknown]>([
    ["run()", () => run(program)],
    ["run() with a memory of 1 MiB", () => run(large)],
    ["run() that fails", () => attempt(() => run(failing))],
    ["runInPool()", () => runInPool(program)],
  ])(
    "is nothing: %s",
    async (_, once) => {
      expect(await growthOf(once)).toEqual(NO_GROWTH);
    },
    30_000,
  );
});

function errorOf(made: Call, label = "test"): SyscallError {
  const error = attempt(() => run([step(label, [memory("buffer", 16), made])]));
  if (!isSyscallError(error)) throw new Error(`${made.call} did not fail`, { cause: error });
  return error;
}

function attempt(what: () => unknown): unknown {
  try {
    what();
  } catch (error) {
    return error;
  }
  return undefined;
}
