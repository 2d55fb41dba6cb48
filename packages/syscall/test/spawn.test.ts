import { execFileSync } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, writeSync } from "node:fs";
import { hostState, temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { closeFd } from "../src/close-fd.ts";
import {
  type Child,
  type Instruction,
  type Message,
  type Program,
  type StructArgument,
  AT_FDCWD,
  CLONE,
  F,
  F_SEAL,
  O,
  RLIMIT,
  SIG,
  SIG_HOW,
  address,
  call,
  explain,
  ignoring,
  into,
  isErrno,
  isSyscallError,
  memory,
  pointer,
  rlimit64,
  run,
  spawn,
  spawnSteps,
  step,
  tell,
  tryWait,
  value,
  waitFor,
} from "../src/index.ts";
import {
  capture,
  exit,
  finish,
  inheritedFds,
  makePipe,
  openFds,
  release,
  sendSignal,
  unblockSignals,
  waiting,
  waitForever,
} from "./support/children.ts";
import { makeFail } from "./support/errno-filter.ts";
import { NO_GROWTH, growthOf } from "./support/growth.ts";
import { inWorker } from "./support/worker.ts";

describe("spawn()", () => {
  test("makes the calls in a new process, a child of this one", async () => {
    const child = spawn([step("who", [into("parent", call("getppid"))]), tell("ready", "parent"), exit(7)]);
    expect(child.pid).not.toBe(process.pid);
    expect(await finish(child)).toEqual({
      status: { code: 7, signal: null },
      messages: [{ message: "ready", value: process.pid }],
    });
  });

  test("gives the process one thread, memory of its own, and no environment", async () => {
    await using child = await waiting();
    expect(statusOf(child, "Threads")).toBe("1");
    expect(Number(statusOf(child, "VmRSS").split(" ")[0])).toBeLessThan(200);
    expect(readFileSync(`/proc/${child.pid}/environ`, "utf8")).toBe("");
  });

  test("is shown by ps under a name that can be chosen", async () => {
    await using child = await waiting();
    await using named = await waiting([], { name: "box [init]" });
    expect(readFileSync(`/proc/${child.pid}/cmdline`, "utf8")).toBe("wb\0");
    expect(readFileSync(`/proc/${named.pid}/cmdline`, "utf8")).toBe("box [init]\0");
  });

  test("refers to the process by a pidfd that is close-on-exec", async () => {
    await using child = await waiting();
    const fdinfo = readFileSync(`/proc/self/fdinfo/${child.pidfd}`, "utf8");
    expect(Number(/^Pid:\s+(\d+)$/m.exec(fdinfo)?.[1])).toBe(child.pid);
    expect(Number.parseInt(/^flags:\s+(\d+)$/m.exec(fdinfo)?.[1] ?? "0", 8) & O.CLOEXEC).toBe(O.CLOEXEC);
  });

  test("executes a command that gets nothing but what the Program gives it", async () => {
    const { stdout, status } = await capture(
      [],
      ["/bin/sh", "-c", 'echo "$0 $1 $A"; env | wc -l; exit 3', "a", "b c"],
      { env: ["A=1"] },
    );
    expect(stdout.split("\n")[0]).toBe("a b c 1");
    expect(status).toEqual({ code: 3, signal: null });
  });

  test("lets the Program have labels of any name", async () => {
    const labels = ["failed", "end", "child", "parent", "dead"];
    const body = labels.flatMap((label): Instruction[] => [{ jump: label }, call("close", -1), { label }]);
    expect((await finish(spawn([step("mine", body), exit(4)]))).status.code).toBe(4);
  });

  test("makes a sibling with CLONE_PARENT, which the parent waits for", async () => {
    const script = `
      import { CLONE, call, pointer, spawn, step, timespec } from ${JSON.stringify(new URL("../src/index.ts", import.meta.url).href)};
      const sleep = call("nanosleep", pointer(timespec, { tv_nsec: 1_000_000 }), null);
      const { pid } = spawn([step("end", [sleep, call("exit_group", 6)])], { flags: CLONE.PARENT });
      console.log(pid);
    `;
    const options = ["--conditions=wb-source", "--input-type=module", "--eval", script];
    const pid = Number(execFileSync(process.execPath, options, { encoding: "utf8" }));
    const pidfd = run([step("refer to it", [into("pidfd", call("pidfd_open", pid, 0))])]).number("pidfd");
    expect(await waitFor(pidfd)).toEqual({ code: 6, signal: null });
    closeFd(pidfd);
  });

  test("starts a hundred processes at once", async () => {
    const children = Array.from({ length: 100 }, (_, index) => spawn([exit(index)]));
    const finished = await Promise.all(children.map((child) => finish(child)));
    expect(finished.map(({ status }) => status.code)).toEqual(children.map((_, index) => index));
  });

  test("leaves no process, open file or memory of 2,000 processes", async () => {
    const program = [step("test", [memory("large", 1 << 20), call("getppid")]), tell("ready"), exit(0)];
    expect(await growthOf(() => finish(spawn(program)))).toEqual(NO_GROWTH);
    expect(ownChildren()).toEqual([]);
  }, 60_000);

  test("leaves nothing of 2,000 that could not be made, or failed", async () => {
    const errors = new Set<string>();
    const expectError = (error: unknown): unknown => errors.add(isSyscallError(error) ? error.message : typeof error);
    const growth = await growthOf(async () => {
      expectError(attempt(() => spawn([exit(0)], { inherit: [1 << 20] })));
      await finish(spawn([step("fail", [call("close", -1)])])).catch(expectError);
    });
    expect(growth).toEqual(NO_GROWTH);
    expect([...errors]).toEqual([
      "fcntl(1048576, F_SETFD, 0): EBADF, Bad file descriptor",
      "close(-1): EBADF, Bad file descriptor",
    ]);
    expect(ownChildren()).toEqual([]);
  }, 60_000);
});

describe("the image of spawn()", () => {
  const seals = F_SEAL.SEAL | F_SEAL.SHRINK | F_SEAL.GROW | F_SEAL.WRITE;

  test("is a memfd that nothing can be written to", async () => {
    await using child = await waiting();
    const path = `/proc/${child.pid}/exe`;
    expect(readlinkSync(path)).toBe("/memfd:wb (deleted)");
    const fd = openSync(path, "r");
    expect(run([step("look", [into("seals", call("fcntl", fd, F.GET_SEALS))])]).number("seals") & seals).toBe(seals);
    closeSync(fd);
    // Some kernels let it be opened, and refuse the write.
    const refused = attempt(() => {
      const writable = openSync(path, "r+");
      try {
        writeSync(writable, "x");
      } finally {
        closeSync(writable);
      }
    });
    expect(isErrno(refused, "ETXTBSY", "EPERM", "EACCES")).toBe(true);
  });

  test("is what the process itself sees as /proc/self/exe", async () => {
    const program = [
      step("open it", [into("exe", ignoring(call("openat", AT_FDCWD, "/proc/self/exe", O.RDWR | O.CLOEXEC, 0)))]),
      step("write to it", [into("written", ignoring(call("write", value("exe"), "x", 1)))]),
    ];
    const { messages } = await finish(spawn([...program, tell("ready", "exe"), tell("waiting", "written"), exit(0)]));
    const [opened = 0, written = 0] = messages.map((message) => message.value);
    expect(opened < 0 || written < 0).toBe(true);
  });

  test("has no memory that is both writable and executable, and no executable stack", async () => {
    await using child = await waiting([
      step("use memory", [memory("large", 1 << 20), call("getrandom", address("large"), 256, 0)]),
    ]);
    const maps = readFileSync(`/proc/${child.pid}/maps`, "utf8").trim().split("\n");
    const permissions = maps.map((line) => line.split(" ")[1] ?? "");
    expect(permissions.filter((flags) => flags.includes("w") && flags.includes("x"))).toEqual([]);
    expect(maps.filter((line) => line.includes("r-xp") && line.includes("/memfd:wb"))).toHaveLength(1);
    expect(maps.find((line) => line.endsWith("[stack]"))).toMatch(/ rw-p /);
  });

  test("is made where the kernel does not know MFD_EXEC", async () => {
    expect(await inWorker("spawnWithoutMfdExec")).toEqual({ refused: "EINVAL", status: { code: 7, signal: null } });
  });
});

describe("the signals of spawn()", () => {
  test("are all blocked in the process, and as they were in this one", async () => {
    const before = readFileSync("/proc/self/status", "utf8").match(/^SigBlk.*$/m)?.[0];
    await using child = await waiting();
    expect(statusOf(child, "SigBlk")).toBe("fffffffffffbfeff"); // all but SIGKILL and SIGSTOP
    expect(readFileSync("/proc/self/status", "utf8").match(/^SigBlk.*$/m)?.[0]).toBe(before);
  });

  test("are not handled, whatever this process does with them", async () => {
    await using child = await waiting();
    expect(statusOf(child, "SigCgt")).toBe("0000000000000000");
  });

  test("do not end the process before it unblocks them, and do then", async () => {
    const pipe = makePipe();
    const wait = step("wait for a byte", [memory("byte", 8), call("read", value("go"), address("byte"), 1)]);
    const child = spawn([tell("waiting"), wait, tell("ready"), unblockSignals, exit(5)], {
      inherit: [pipe.reader],
      inputs: { go: pipe.reader },
    });
    expect((await child.report.next())?.message).toBe("waiting");
    sendSignal(child, SIG.TERM);
    writeSync(pipe.writer, "x");
    expect((await child.report.next())?.message).toBe("ready");
    expect(await waitFor(child.pidfd)).toEqual({ code: null, signal: SIG.TERM });
    await release(child);
    closeSync(pipe.reader);
    closeSync(pipe.writer);
  });

  test("stay as they were when the launch fails early", () => {
    const mask = (how: number, set: Buffer): Buffer =>
      run([step("mask", [memory("old", 8), call("rt_sigprocmask", how, set, address("old"), 8)])]).bytes("old", 8);
    const usr1 = Buffer.alloc(8);
    usr1.writeBigUInt64LE(1n << BigInt(SIG.USR1 - 1));
    mask(SIG_HOW.BLOCK, usr1);
    expect(() => withoutFds(() => spawn([exit(0)]))).toThrow("EMFILE");
    expect(mask(SIG_HOW.UNBLOCK, usr1).equals(usr1)).toBe(true);
  });
});

describe("the file descriptors of spawn()", () => {
  // vitest may have been started with some that are not close-on-exec.
  const inherited = inheritedFds();

  test("are none of Node's", async () => {
    using directory = temporaryDirectory();
    const own = openSync(directory.path, "r");
    await using child = await waiting();
    const links = linksOf(child);
    expect(fdsOf(child)).toEqual(numerically([...inherited, 3]));
    expect(links[3]).toMatch(/^pipe:/);
    expect(Object.values(links)).not.toContain(directory.path);
    closeSync(own);
  });

  test("are those to be inherited, by the same numbers, and the report above them", async () => {
    using directory = temporaryDirectory();
    const fd = openSync(directory.path, "r");
    const far = run([step("far away", [into("far", call("fcntl", fd, F.DUPFD_CLOEXEC, 100))])]).number("far");
    await using child = await waiting([], { inherit: [far, fd] });
    const links = linksOf(child);
    expect([links[fd], links[far]]).toEqual([directory.path, directory.path]);
    expect(fdsOf(child)).toEqual(numerically([...inherited, fd, far, far + 1]));
    // This process's stay close-on-exec.
    expect(run([step("look", [into("flags", call("fcntl", fd, F.GETFD))])]).number("flags")).toBe(1);
    closeSync(fd);
    closeSync(far);
  });

  test("leave room for what the command is to have, below the report", async () => {
    await using child = await waiting([], { reportAbove: 50 });
    expect(fdsOf(child)).toEqual(numerically([...inherited, 50]));
  });

  test("keep the report apart from this process's pipe and memfd, whatever numbers these have", async () => {
    const free = openSync("/", "r");
    closeSync(free);
    for (const reportAbove of [free, free + 1, free + 2, free + 3, free + 4]) {
      expect((await finish(spawn([tell("ready"), exit(0)], { reportAbove }))).messages).toHaveLength(1);
    }
  });

  test("do not reach the command: the report ends when it is executed", async () => {
    const { stdout, messages } = await capture([tell("ready")], ["/bin/ls", "/proc/self/fd"]);
    expect(messages).toEqual([{ message: "ready", value: 0 }]);
    // ls itself opens the directory.
    const listed = stdout.trim().split("\n").map(Number);
    expect(listed).toHaveLength(new Set([...inherited, 0, 1, 2]).size + 1);
  });
});

describe("the inputs of spawn()", () => {
  test("are in their cells before the first call", async () => {
    const child = spawn(
      [step("add", [{ assign: address("sum"), to: value("a"), plus: value("b") }]), tell("ready", "sum"), exit(0)],
      { inputs: { a: 40, b: 2n, unknown: 1 } },
    );
    expect((await finish(child)).messages).toEqual([{ message: "ready", value: 42 }]);
  });
});

describe("spawn() that cannot make the process", () => {
  test.each<[string, () => unknown, string, string]>([
    [
      "clone3 flags exclude each other",
      () => spawn([], { flags: CLONE.NEWNS | CLONE.FS }),
      "make the process",
      "CLONE_NEWNS",
    ],
    [
      "a file descriptor to inherit is not open",
      () => spawn([], { inherit: [1 << 20] }),
      "exchange this memory for the Program",
      "fcntl(1048576, F_SETFD, 0): EBADF, Bad file descriptor",
    ],
    [
      "execveat refuses",
      () => spawn([], { name: "x".repeat(200_000) }),
      "exchange this memory for the Program",
      "execveat(executable, ",
    ],
    [
      "no file descriptor is left",
      () => withoutFds(() => spawn([])),
      "put the Program into a sealed memfd",
      "memfd_create(",
    ],
    [
      "the report's number is above the limit",
      () => spawn([], { reportAbove: 1 << 30 }),
      "exchange this memory for the Program",
      "F_DUPFD_CLOEXEC",
    ],
    ["the cgroup is no cgroup", () => spawn([], { cgroup: 0 }), "make the process", "CLONE_INTO_CGROUP"],
  ])("throws when %s, and leaves nothing", (_, attempted, label, text) => {
    const fds = openFds();
    const error = attempt(attempted);
    expect(error).toMatchObject({ name: "SyscallError", step: label, message: expect.stringContaining(text) });
    expect(openFds()).toEqual(fds);
    expect(ownChildren()).toEqual([]);
  });

  test("prints the flags of clone3 by name", () => {
    expect(() => spawn([], { flags: CLONE.NEWNS | CLONE.FS })).toThrow(
      "clone3({flags=CLONE_VM|CLONE_FS|CLONE_PIDFD|CLONE_VFORK|CLONE_NEWNS|CLONE_CLEAR_SIGHAND, pidfd=&pidfd, exit_signal=SIGCHLD}, 88): EINVAL, Invalid argument",
    );
  });

  test("throws TypeError for a Program that is none, and makes nothing", () => {
    expect(() => spawn([step("jump", [{ jump: "nowhere" }])])).toThrow(TypeError);
    expect(ownChildren()).toEqual([]);
  });
});

describe("the report of spawn()", () => {
  const story: Program = [
    tell("waiting"),
    step("a pid", [{ assign: address("pid"), to: 1234 }]),
    tell("successor", "pid"),
    tell("ready"),
  ];
  const messages: readonly Message[] = [
    { message: "waiting", value: 0 },
    { message: "successor", value: 1234 },
    { message: "ready", value: 0 },
  ];

  test("has the messages in their order, then its end", async () => {
    expect((await finish(spawn([...story, exit(0)]))).messages).toEqual(messages);
  });

  test("can be read by the thread that waits", () => {
    const child = spawn([...story, exit(2)]);
    expect([
      child.report.nextSync(),
      child.report.nextSync(),
      child.report.nextSync(),
      child.report.nextSync(),
    ]).toEqual([...messages, undefined]);
    expect(tryWait(child.pidfd, { block: true })).toEqual({ code: 2, signal: null });
    child.report.close();
    closeSync(child.pidfd);
  });

  test("has the messages before a failure, then the failed call", async () => {
    const { pidfd, report } = spawn([
      tell("waiting"),
      step("fail", [call("getpid"), call("umount2", "/nowhere", 0)]),
      tell("ready"),
    ]);
    expect(await report.next()).toEqual(messages[0]);
    await expect(report.next()).rejects.toMatchObject({
      code: "ENOENT",
      step: "fail",
      path: "/nowhere",
      message: 'umount2("/nowhere", 0): ENOENT, No such file or directory',
    });
    expect(await report.next()).toBeUndefined();
    expect(await waitFor(pidfd)).toEqual({ code: 127, signal: null });
    report.close();
    closeSync(pidfd);
  });

  test("prints inputs by their values, and the file descriptors that were inherited", async () => {
    using directory = temporaryDirectory();
    const fd = openSync(directory.path, "r");
    const program = [
      step("fail", [
        into("made", call("getppid")),
        call("fchownat", value("dir"), "x", value("owner"), value("made"), 0),
      ]),
    ];
    const failed = finish(spawn(program, { inherit: [fd], inputs: { dir: fd, owner: 12 } }));
    await expect(failed).rejects.toThrow(
      `fchownat(${fd}<${directory.path}>, "x", 12, made, 0): ENOENT, No such file or directory`,
    );
    closeSync(fd);
  });

  test("ends without a word when the process is killed in its set-up", async () => {
    await using child = await waiting();
    sendSignal(child, SIG.KILL);
    expect(await child.report.next()).toBeUndefined();
    expect(await waitFor(child.pidfd)).toEqual({ code: null, signal: SIG.KILL });
  });

  test("ends without a word when the process ends itself", async () => {
    expect(await finish(spawn([exit(3), tell("ready")]))).toEqual({ status: { code: 3, signal: null }, messages: [] });
  });

  test("waits for a message that takes its time, without keeping the event loop", async () => {
    const pipe = makePipe();
    const wait = step("wait for a byte", [memory("byte", 8), call("read", value("go"), address("byte"), 1)]);
    const child = spawn([wait, ...story, exit(0)], { inherit: [pipe.reader], inputs: { go: pipe.reader } });
    setTimeout(() => writeSync(pipe.writer, "x"), 50);
    expect((await finish(child)).messages).toEqual(messages);
    closeSync(pipe.reader);
    closeSync(pipe.writer);
  });

  test("may be closed while it is awaited, early and late", async () => {
    await using child = await waiting();
    const early = child.report.next();
    child.report.close();
    expect(await early).toBeUndefined();
    child.report.close();

    await using other = await waiting();
    const late = other.report.next();
    setTimeout(() => other.report.close(), 30);
    expect(await late).toBeUndefined();
  });

  test("is not taken for empty when the failed call's error is EAGAIN", async () => {
    const failed = finish(spawn([makeFail("getpgid", 11), step("fail", [call("getpgid", 0)])]));
    await expect(failed).rejects.toThrow("getpgid(0): EAGAIN, Resource temporarily unavailable");
  });

  test("that nobody reads ends the process at its next message", async () => {
    const pipe = makePipe();
    const wait = step("wait for a byte", [memory("byte", 8), call("read", value("go"), address("byte"), 1)]);
    const child = spawn([wait, tell("ready"), waitForever], { inherit: [pipe.reader], inputs: { go: pipe.reader } });
    child.report.close();
    writeSync(pipe.writer, "x");
    expect(await waitFor(child.pidfd)).toEqual({ code: 127, signal: null });
    await release(child);
    closeSync(pipe.reader);
    closeSync(pipe.writer);
  });
});

test("spawnSteps() shows what this process and the new one do", () => {
  const { launch, child } = spawnSteps([step("mine", [call("sethostname", "box", 3)])], { flags: CLONE.NEWUTS });
  expect(`${explain(launch)}\n---\n${explain(child)}`).toMatchInlineSnapshot(`
    "# block signals
    rt_sigprocmask(SIG_SETMASK, "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff", &signals, 8)

    # put the Program into a sealed memfd
    memfd_create("wb", MFD_CLOEXEC|MFD_ALLOW_SEALING|MFD_EXEC) = image  # or EINVAL
    if ((image & 0x8000000000000000) == 0) goto write
    memfd_create("wb", MFD_CLOEXEC|MFD_ALLOW_SEALING) = image
    write:
    write(image, "", 0) = written
    if (written == 0) goto seal
    write(image, "\\x00", 1)
    seal:
    fcntl(image, F_ADD_SEALS, F_SEAL_SEAL|F_SEAL_SHRINK|F_SEAL_GROW|F_SEAL_WRITE)

    # a pipe for the report
    pipe2(&pipe, O_CLOEXEC)

    # make the process
    clone3({flags=CLONE_VM|CLONE_PIDFD|CLONE_VFORK|CLONE_NEWUTS|CLONE_CLEAR_SIGHAND, pidfd=&pidfd, exit_signal=SIGCHLD}, 88) = pid
    if (pid == 0) goto child

    # go on in the parent
    parent:
    rt_sigprocmask(SIG_SETMASK, &signals, NULL, 8)
    fchmod(image, 0)
    close(image)
    close(pipe+4)
    goto end

    # exchange this memory for the Program
    child:
    fcntl(image, F_DUPFD_CLOEXEC, 4) = executable
    fcntl(pipe+4, F_DUPFD_CLOEXEC, 4) = writer
    dup3(writer, 3, 0)
    execveat(executable, "", ["wb"], [], AT_EMPTY_PATH)

    # after a failed call
    after a failed call:
    if (pid == 0) goto dead
    close(image)  # or any error
    close(pipe+4)  # or any error
    rt_sigprocmask(SIG_SETMASK, &signals, NULL, 8)
    goto end
    dead:
    exit_group(127)
    end:

    ---
    # close the report pipe at exec
    fcntl(report, F_SETFD, FD_CLOEXEC)

    # mine
    sethostname("box", 3)

    # after a failed call
    after a failed call:
    write(report, &failure, 16)  # or any error
    exit_group(127)
    "
  `);
});

test("spawn() works in a Worker, without a warning", async () => {
  expect(await inWorker("spawn")).toEqual({ status: { code: 7, signal: null }, messages: ["ready"], warnings: [] });
});

function statusOf({ pid }: Child, name: string): string {
  const line = readFileSync(`/proc/${pid}/status`, "utf8")
    .split("\n")
    .find((text) => text.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim() ?? "";
}

function linksOf({ pid }: Child): Record<number, string> {
  const directory = `/proc/${pid}/fd`;
  return Object.fromEntries(readdirSync(directory).map((fd) => [fd, readlinkSync(`${directory}/${fd}`)]));
}

function fdsOf(child: Child): number[] {
  return numerically(Object.keys(linksOf(child)).map(Number));
}

function numerically(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].toSorted((a, b) => a - b);
}

function ownChildren(): readonly string[] {
  return hostState().children;
}

/** Does something while this process may open no more files. */
function withoutFds(what: () => unknown): unknown {
  const setLimit = (limit: StructArgument | Uint8Array): Buffer => {
    const made = call("prlimit64", 0, RLIMIT.NOFILE, limit, address("old"));
    return run([step("limit the number of open files", [memory("old", rlimit64.size), made])]).bytes(
      "old",
      rlimit64.size,
    );
  };
  const old = run([
    step("read the limit", [memory("old", rlimit64.size), call("prlimit64", 0, RLIMIT.NOFILE, null, address("old"))]),
  ]).bytes("old", rlimit64.size);
  setLimit(pointer(rlimit64, { rlim_max: rlimit64.decode(old).rlim_max }));
  try {
    return what();
  } finally {
    setLimit(old);
  }
}

function attempt(what: () => unknown): unknown {
  try {
    what();
  } catch (error) {
    return error;
  }
  return undefined;
}
