import { spawn as spawnCommand, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { leavesHostUnchanged, requires, temporaryDirectory, waitFor } from "@wb/testing";
import { expect, test } from "vitest";
import { closeFd } from "../src/close-fd.ts";
import {
  type Program,
  AT_FDCWD,
  CLONE,
  O,
  PR,
  SIG,
  address,
  call,
  ignoring,
  into,
  isErrno,
  memory,
  run,
  runInChild,
  step,
  value,
} from "../src/index.ts";
import { NO_GROWTH, growthOf } from "./support/growth.ts";
import { inWorker } from "./support/worker.ts";

leavesHostUnchanged();

test("runInChild() makes the calls in another process, a child of this one, and gives its cells", () => {
  const made = runInChild([
    step("who am I", [
      into("pid", call("getpid")),
      into("parent", call("getppid")),
      memory("text", Buffer.from("abc")),
    ]),
  ]);
  expect(made.number("parent")).toBe(process.pid);
  expect(made.number("pid")).not.toBe(process.pid);
  expect(made.bytes("text", 3).toString()).toBe("abc");
});

test("runInChild() keeps what is opened, and nothing else of the child", () => {
  using directory = temporaryDirectory();
  const cwd = process.cwd();
  const fd = runInChild([
    step("open a file elsewhere", [
      call("chdir", directory.path),
      call("umask", 0),
      into("file", call("openat", AT_FDCWD, "file", O.WRONLY | O.CREAT | O.CLOEXEC, 0o666)),
      call("write", value("file"), "text", 4),
    ]),
  ]).number("file");
  expect(readlinkSync(`/proc/self/fd/${fd}`)).toBe(`${directory.path}/file`);
  expect(readFileSync(`${directory.path}/file`, "utf8")).toBe("text");
  expect(process.cwd()).toBe(cwd);
  expect(process.umask()).not.toBe(0);
  closeFd(fd);
});

test("runInChild() takes inputs", () => {
  const double: Program = [step("double", [{ assign: address("sum"), to: value("a"), plus: value("a") }])];
  expect(runInChild(double, { inputs: { a: 21 } }).number("sum")).toBe(42);
});

test("runInChild() does nothing for no Steps", () => {
  expect(() => runInChild([])).not.toThrow();
});

test("runInChild() leaves a Program its own names of cells and labels", () => {
  const program: Program = [
    step("one", [
      { assign: address("child"), to: 7 },
      { jump: "end" },
      { assign: address("child"), to: 8 },
      { label: "failed" },
      { label: "dead" },
    ]),
    step("two", [{ label: "end" }, { assign: address("signals"), to: 9 }]),
  ];
  const made = runInChild(program);
  expect([made.number("child"), made.number("signals")]).toEqual([7, 9]);
});

test("runInChild() throws the first call that failed, and makes none after it", () => {
  using directory = temporaryDirectory();
  const program = [
    step("fail", [call("close", -1)]),
    step("not reached", [call("mkdirat", AT_FDCWD, `${directory.path}/made`, 0o700)]),
  ];
  expect(() => runInChild(program)).toThrow(expect.objectContaining({ code: "EBADF", step: "fail" }));
  expect(readdirSync(directory.path)).toEqual([]);
});

test("runInChild() goes on in the child at `onError`, and throws the error then", () => {
  using directory = temporaryDirectory();
  const program = [
    step("fail", [call("close", -1)]),
    step("not reached", [call("exit_group", 1)]),
    step("tidy up", [{ label: "failed" }, ignoring(call("mkdirat", AT_FDCWD, `${directory.path}/tidied`, 0o700))]),
  ];
  expect(() => runInChild(program, { onError: "failed" })).toThrow("close(-1): EBADF");
  expect(readdirSync(directory.path)).toEqual(["tidied"]);
});

test("runInChild() says so when the child was killed", () => {
  const killed = [step("be killed", [into("me", call("getpid")), call("kill", value("me"), SIG.KILL)])];
  expect(() => runInChild(killed)).toThrow(/^process \d+ was killed while it made the calls of a Program$/u);
  expect(runInChild([step("again", [into("pid", call("getpid"))])]).number("pid")).toBeGreaterThan(0);
});

test("runInChild() leaves the signal mask and the handlers of this thread", async () => {
  const status = (): string[] =>
    readFileSync("/proc/thread-self/status", "utf8").match(/^Sig(Blk|Ign|Cgt).*$/gmu) ?? [];
  const before = status();
  runInChild([step("nothing", [call("getpid")])]);
  expect(status()).toEqual(before);
  const caught = once(process, "SIGUSR2");
  runInChild([step("signal the parent", [into("parent", call("getppid")), call("kill", value("parent"), SIG.USR2)])]);
  expect(await caught).toEqual(["SIGUSR2", SIG.USR2]);
});

test("runInChild() leaves the memory as dumpable as it was", () => {
  const dumpable = (): number =>
    run([step("ask", [into("dumpable", call("prctl", PR.GET_DUMPABLE))])]).number("dumpable");
  const forbid = [step("let nobody trace this", [call("prctl", PR.SET_DUMPABLE, 0)])];
  expect(dumpable()).toBe(1);
  runInChild(forbid);
  expect(dumpable()).toBe(1);
  expect(() => runInChild([...forbid, step("fail", [call("close", -1)])])).toThrow("EBADF");
  expect(dumpable()).toBe(1);
});

requires("root")("runInChild() changes no id and no namespace of Node's threads", () => {
  const threads = (): string[] =>
    readdirSync("/proc/self/task").map((thread) => {
      const status = readFileSync(`/proc/self/task/${thread}/status`, "utf8");
      const links = readdirSync(`/proc/self/task/${thread}/ns`).map((name) =>
        readlinkSync(`/proc/self/task/${thread}/ns/${name}`),
      );
      return [...(status.match(/^([UG]id|Cap\w+|NoNewPrivs):.*$/gmu) ?? []), ...links].join("\n");
    });
  const before = threads();
  const made = runInChild([
    step("become somebody else, elsewhere", [
      call("unshare", CLONE.NEWNS | CLONE.NEWNET | CLONE.NEWUTS | CLONE.NEWIPC | CLONE.NEWPID),
      call("chroot", "/proc"),
      call("setresgid", 65_534, 65_534, 65_534),
      call("setresuid", 65_534, 65_534, 65_534),
      into("uid", call("getuid")),
    ]),
  ]);
  expect(made.number("uid")).toBe(65_534);
  expect(threads()).toEqual(before);
});

requires("root")("a socket that runInChild() opened in another network namespace stays in it", () => {
  const made = runInChild([
    step("a new network namespace", [call("unshare", CLONE.NEWNET)]),
    step("look at its interfaces", [
      into("dev", call("openat", AT_FDCWD, "/proc/thread-self/net/dev", O.RDONLY | O.CLOEXEC, 0)),
    ]),
  ]);
  const lines = readFileSync(made.number("dev"), "utf8").trim().split("\n");
  closeFd(made.number("dev"));
  expect(lines.slice(2).map((line) => line.trim().split(":")[0])).toEqual(["lo"]);
});

test("the child of runInChild() ends with the process that waits for it", async () => {
  const script = `
    import { address, call, memory, O, run, runInChild, step, value } from "@wb/syscall";
    const pipe = run([step("a pipe", [memory("pipe", 8), call("pipe2", address("pipe"), O.CLOEXEC)])]).bytes("pipe", 8);
    runInChild([step("wait", [memory("byte", 8), call("read", pipe.readInt32LE(0), address("byte"), 1)])]);
  `;
  const node = spawnCommand(process.execPath, ["--conditions=wb-source", "--input-type=module", "--eval", script], {
    cwd: join(import.meta.dirname, ".."),
    stdio: "inherit",
  });
  const child = await waitFor(() => {
    const [pid = ""] = readFileSync(`/proc/${node.pid}/task/${node.pid}/children`, "utf8").split(" ");
    // read(2) is 0 on x86-64, 63 on arm64.
    expect(readFileSync(`/proc/${pid}/syscall`, "utf8")).toMatch(/^(0|63) /u);
    return pid;
  });
  node.kill("SIGKILL");
  await once(node, "exit");
  await waitFor(() => expect(spawnSync("grep", ["-E", "^State:.[^Z]", `/proc/${child}/status`]).status).not.toBe(0));
});

test("runInChild() works in a Worker", async () => {
  expect(await inWorker("runInChild")).toEqual({ parent: process.pid, refused: "EBADF", warnings: [] });
});

test("runInChild() throws when no child can be made, and leaves signals unblocked", async () => {
  expect(await inWorker("runInNoChild")).toEqual({ refused: "EAGAIN", blocked: ["0000000000000000"] });
});

test("2,000 runs in a child leave nothing behind", async () => {
  const program = [step("nothing", [call("getpid")])];
  const failing = [step("fail", [call("close", -1)])];
  const twice = (): void => {
    runInChild(program);
    try {
      runInChild(failing);
    } catch (error) {
      if (!isErrno(error, "EBADF")) throw error;
    }
  };
  expect(await growthOf(twice)).toEqual(NO_GROWTH);
}, 30_000);

test("runInChild() closes what its Program closes", () => {
  const fd = openSync("/dev/null", "r");
  runInChild([step("close it", [call("close", fd)])]);
  expect(() => closeSync(fd)).toThrow("EBADF");
});
