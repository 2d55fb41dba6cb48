import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, fstatSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { connectUnix, explain, sendFds, sendFdsStep, value } from "../src/index.ts";

const hasPython = spawnSync("python3", ["-c", "import socket; socket.recv_fds"]).status === 0;

describe("sendFds()", () => {
  it.skipIf(!hasPython)("sends bytes and open files in one message", async () => {
    using directory = temporaryDirectory();
    const { printed } = await receive(join(directory.path, "socket"));
    const files = ["one", "two", "three"].map((name) => open(join(directory.path, name), name));
    sendFds(join(directory.path, "socket"), Buffer.from("/dev/ptmx"), files);
    expect(await printed).toBe("/dev/ptmx one two three");
    for (const fd of files) expect(fstatSync(fd).isFile()).toBe(true);
  });

  it.skipIf(!hasPython)("reaches a socket whose path no sockaddr_un holds", async () => {
    using directory = temporaryDirectory();
    const deep = join(directory.path, "d".repeat(120));
    mkdirSync(deep);
    const { printed } = await receive("socket", deep);
    sendFds(join(deep, "socket"), Buffer.from("x"), [open(join(directory.path, "file"), "content")]);
    expect(await printed).toBe("x content");
  });

  it("refuses a path where nobody listens", () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, "none");
    expect(() => sendFds(path, Buffer.from("x"), [0])).toThrow(
      expect.objectContaining({ code: "ENOENT", syscall: "connect", step: `connect to the socket ${path}` }),
    );
    writeFileSync(path, "");
    expect(() => connectUnix(path)).toThrow(expect.objectContaining({ code: "ECONNREFUSED" }));
    expect(() => connectUnix(`${path}\0`)).toThrow(TypeError);
  });
});

describe("sendFdsStep()", () => {
  it("takes file descriptors of cells", () => {
    expect(explain([sendFdsStep(3, Buffer.from("{}"), [value("listener"), 7])])).toContain("sendmsg(3, ");
  });

  it("refuses what no message carries", () => {
    expect(() => sendFdsStep(3, Buffer.alloc(0), [0])).toThrow(RangeError);
    expect(() =>
      sendFdsStep(
        3,
        Buffer.from("x"),
        Array.from({ length: 254 }, () => 0),
      ),
    ).toThrow("at most 253");
  });
});

const RECEIVER = `
import os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
print("listening", end="", flush=True)
connection, _ = server.accept()
message, fds, flags, _ = socket.recv_fds(connection, 4096, 16)
print(message.decode(), *[os.pread(fd, 100, 0).decode() for fd in fds], end="")
`;

/** Another language's receiver: it listens when this resolves, and prints what it received. */
async function receive(path: string, cwd?: string): Promise<{ readonly printed: Promise<string> }> {
  const child = spawn("python3", ["-c", RECEIVER, path], { cwd, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [greeting] = (await once(child.stdout, "data")) as [Buffer];
  expect(greeting.toString()).toBe("listening");
  let text = "";
  child.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
  return { printed: once(child, "close").then(() => text) };
}

function open(path: string, content: string): number {
  writeFileSync(path, content);
  const fd = openSync(path, "r");
  onTestFinished(() => closeSync(fd));
  return fd;
}
