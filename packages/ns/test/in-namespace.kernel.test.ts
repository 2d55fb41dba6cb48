import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  address,
  AF,
  AT_FDCWD,
  call,
  closeFd,
  into,
  memory,
  MS,
  O,
  PR,
  type Program,
  run,
  SIOC,
  SOCK,
  step,
} from "@wb/syscall";
import { leavesHostUnchanged, requires, temporaryDirectory } from "@wb/testing";
import { expect, test } from "vitest";
import { type EnterableNamespace, inNamespace, NAMESPACES, type NsProcess } from "../src/index.ts";
import { outputOfHelper, runAsNobody } from "./support/helper.ts";
import { KINDS } from "./support/namespace-links.ts";
import { waiting } from "./support/target.ts";

leavesHostUnchanged();

function open(target: NsProcess, kind: EnterableNamespace) {
  const fd = openSync(`/proc/${target.pid}/ns/${NAMESPACES[kind].file}`, "r");
  return { fd, [Symbol.dispose]: () => closeSync(fd) };
}

/** Where every thread of this process is. */
function threads(): string[] {
  return readdirSync("/proc/self/task").flatMap((thread) =>
    readdirSync(`/proc/self/task/${thread}/ns`).map((name) => readlinkSync(`/proc/self/task/${thread}/ns/${name}`)),
  );
}

const ENTERABLE = KINDS.filter((kind): kind is EnterableNamespace => kind !== "pid" && kind !== "time");

/** Reads a link of the child's own, wherever its /proc leads. */
function readLink(path: string): Program {
  return [
    step("read a link", [memory("link", 64), into("length", call("readlinkat", AT_FDCWD, path, address("link"), 64))]),
  ];
}

requires("root").each(ENTERABLE.map((kind) => [kind]))(
  "inNamespace() is in the %s namespace, and none of this process's threads is",
  async (kind) => {
    await using target = await waiting(ENTERABLE);
    using namespace = open(target, kind);
    const before = threads();
    const path = `/proc/thread-self/ns/${NAMESPACES[kind].file}`;
    const made = inNamespace(kind, namespace.fd, readLink(path));
    expect(made.bytes("link", made.number("length")).toString()).toBe(
      readlinkSync(`/proc/${target.pid}/ns/${NAMESPACES[kind].file}`),
    );
    expect(threads()).toEqual(before);
    expect(() => inNamespace(kind, namespace.fd, [step("fail", [call("close", -1)])])).toThrow("EBADF");
    expect(threads()).toEqual(before);
  },
);

requires("root")("a socket that inNamespace() makes stays in the network namespace", async () => {
  await using target = await waiting(["net"]);
  using namespace = open(target, "net");
  const socket = inNamespace("net", namespace.fd, [
    step("open a socket", [into("socket", call("socket", AF.INET, SOCK.DGRAM | SOCK.CLOEXEC, 0))]),
  ]).number("socket");
  // A new network namespace has a loopback, which is down, and nothing else.
  const flags = (name: string): number => {
    const request = Buffer.alloc(40);
    request.write(name);
    return run([step("ask", [memory("request", request), call("ioctl", socket, SIOC.GIFFLAGS, address("request"))])])
      .bytes("request", 40)
      .readUInt16LE(16);
  };
  expect(flags("lo") & 1).toBe(0);
  for (const name of readdirSync("/sys/class/net").filter((one) => one !== "lo"))
    expect(() => flags(name)).toThrow("ENODEV");
  closeFd(socket);
});

requires("root")("a file that inNamespace() opens is of the mount namespace", async () => {
  using directory = temporaryDirectory();
  mkdirSync(join(directory.path, "mnt"));
  const file = join(directory.path, "mnt/file");
  const mounted = [
    step("a file system that only they see", [
      call("mount", "none", "/", null, MS.REC | MS.PRIVATE, null),
      call("mount", "tmpfs", join(directory.path, "mnt"), "tmpfs", 0, null),
    ]),
  ];
  await using target = await waiting(["mount"], { setup: mounted });
  using namespace = open(target, "mount");
  const fd = inNamespace("mount", namespace.fd, [
    step("make a file", [into("fd", call("openat", AT_FDCWD, file, O.RDWR | O.CREAT | O.CLOEXEC, 0o600))]),
  ]).number("fd");
  writeFileSync(fd, "theirs");
  closeFd(fd);
  expect(readFileSync(`/proc/${target.pid}/root${file}`, "utf8")).toBe("theirs");
  expect(readdirSync(join(directory.path, "mnt"))).toEqual([]);
});

requires("root")("inNamespace() lets nobody trace the child meanwhile, and this process afterwards", async () => {
  await using target = await waiting(["user"]);
  using namespace = open(target, "user");
  const ask = [step("ask", [into("dumpable", call("prctl", PR.GET_DUMPABLE))])];
  expect(inNamespace("user", namespace.fd, ask).number("dumpable")).toBe(0);
  expect(run(ask).number("dumpable")).toBe(1);
});

requires("root")("inNamespace() takes several kinds of a pidfd", async () => {
  await using target = await waiting(["user", "net", "uts"]);
  const made = inNamespace(["user", "uts"], target.pidfd, [
    step("change the host name", [call("sethostname", "box", 3), memory("name", 390), call("uname", address("name"))]),
    step("who am I", [into("uid", call("getuid"))]),
  ]);
  expect(made.bytes("name", 68).subarray(65).toString()).toBe("box");
  expect(made.number("uid")).toBe(0);
});

requires("root")("inNamespace() refuses another kind, and what is no namespace", async () => {
  await using target = await waiting(["net"]);
  using namespace = open(target, "net");
  expect(() => inNamespace("uts", namespace.fd, [])).toThrow(/^setns\(\d+<net:\[\d+\]>, CLONE_NEWUTS\): EINVAL/u);
  expect(() => inNamespace("net", 0, [])).toThrow("EINVAL");
  expect(() => inNamespace("net", -1, [])).toThrow("EBADF");
});

test("inNamespace() refuses pid and time, which only children come into", () => {
  for (const kind of ["pid", "time"] as string[])
    expect(() => inNamespace(kind as EnterableNamespace, 0, [])).toThrow(
      new TypeError(`a process enters a ${kind} namespace only by its birth there: use enter()`),
    );
});

requires(
  "root",
  "userns",
  "command:setpriv",
)("an ordinary user reaches into its own containers", () => {
  const { stdout, stderr } = runAsNobody(`
    import { readFileSync } from "node:fs";
    import { inNamespace, spawn } from "@wb/ns";
    import { AF, call, closeFd, into, SOCK, step } from "@wb/syscall";
    const own = [{ inside: 0, outside: process.getuid(), count: 1 }];
    const box = await spawn(["sleep", "60"], { namespaces: ["user", "net"], uidMap: own, gidMap: own });
    const raw = [step("open a raw socket", [into("socket", call("socket", AF.INET, SOCK.RAW | SOCK.CLOEXEC, 1))])];
    closeFd(inNamespace(["user", "net"], box.pidfd, raw).number("socket"));
    try { inNamespace("net", box.pidfd, raw); } catch (error) { console.log(error.code); }
    // What it may do of itself it may still do.
    console.log(readFileSync("/proc/self/environ", "utf8").length > 0);
    await box[Symbol.asyncDispose]();
  `);
  expect({ stdout, stderr }).toEqual({ stdout: "EPERM\ntrue\n", stderr: "" });
});

requires("root")("inNamespace() works in a Worker", async () => {
  await using target = await waiting(["uts"]);
  const output = await outputOfHelper(`
    import { Worker } from "node:worker_threads";
    const script = \`
      import { closeSync, openSync, readlinkSync } from "node:fs";
      import { inNamespace } from "@wb/ns";
      import { address, call, memory, step } from "@wb/syscall";
      const before = readlinkSync("/proc/thread-self/ns/uts");
      const fd = openSync("/proc/${target.pid}/ns/uts", "r");
      const made = inNamespace("uts", fd, [step("name it", [call("sethostname", "worker", 6), memory("name", 390), call("uname", address("name"))])]);
      console.log(made.bytes("name", 71).subarray(65).toString());
      console.log(readlinkSync("/proc/thread-self/ns/uts") === before);
      closeSync(fd);
    \`;
    new Worker(script, { eval: true });
  `);
  expect(output).toBe("worker\ntrue");
});
