import { spawn as spawnPeer, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { address, call, makePipe, memory, sendFds, spawn, step, tell, tryWait } from "@wb/syscall";
import { requires, temporaryDirectory } from "@wb/testing";
import { describe, expect, onTestFinished } from "vitest";
import { compileSeccomp, containerProcessState, type OciSeccomp, seccompStep, takeListener } from "../src/index.ts";

const hasPython = spawnSync("python3", ["-c", "import socket; socket.recv_fds"]).status === 0;

describe("a listener", () => {
  requires(
    "root",
    "seccomp",
    "pidfd",
    "kernel>=5.6",
  )("goes from the process to its receiver, which answers the calls", async (context) => {
    if (!hasPython) return context.skip("no python3 with recv_fds");
    using directory = temporaryDirectory();
    const profile: OciSeccomp = {
      defaultAction: "SCMP_ACT_ALLOW",
      listenerPath: join(directory.path, "socket"),
      listenerMetadata: "for tests",
      syscalls: [{ names: ["mkdir", "mkdirat"], action: "SCMP_ACT_NOTIFY" }],
    };
    const agent = await startAgent(profile.listenerPath ?? "");

    const [reader, writer] = makePipe();
    const child = spawn(
      [
        seccompStep(compileSeccomp(profile), { listener: "listener" }),
        tell("waiting", "listener"),
        // As runc does, the process waits until its parent has the listener, which execve closes.
        step("wait for the parent", [memory("byte", 8), call("read", reader, address("byte"), 1)]),
        step("execute", [call("execve", "/bin/mkdir", ["mkdir", join(directory.path, "made")], [])]),
      ],
      { inherit: [reader, 1, 2] },
    );
    closeSync(reader);
    const waiting = await child.report.next();
    expect(waiting).toMatchObject({ message: "waiting" });
    const listener = takeListener({ pidfd: child.pidfd, fd: Number(waiting?.value) });
    expect(readlinkSync(`/proc/self/fd/${listener}`)).toBe("anon_inode:seccomp notify");
    const state = { ociVersion: "1.3.0", id: "test", status: "creating", pid: child.pid, bundle: "/bundle" };
    sendFds(profile.listenerPath ?? "", containerProcessState(profile, { pid: child.pid, state }), [listener]);
    closeSync(listener);
    closeSync(writer);
    await child.report.next();

    const { metadata, fds, pid, answered } = JSON.parse(await agent.printed) as Record<string, unknown>;
    expect({ metadata, fds, pid, answered }).toEqual({
      metadata: "for tests",
      fds: ["seccompFd"],
      pid: child.pid,
      answered: child.pid,
    });
    // The agent answered EROFS, 30: mkdir(1) fails.
    expect(tryWait(child.pidfd, { block: true })).toEqual({ code: 1, signal: null });
    closeSync(child.pidfd);
  });
});

/** Receives a listener, answers one call with EROFS, and prints what it was told. */
const AGENT = `
import fcntl, json, socket, struct, sys
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
print("listening", end="", flush=True)
connection, _ = server.accept()
message, [listener], _, _ = socket.recv_fds(connection, 65536, 1)
state = json.loads(message)
request = fcntl.ioctl(listener, 0xc0502100, bytes(80))
number, pid = struct.unpack_from("QI", request)
fcntl.ioctl(listener, 0xc0182101, struct.pack("QqiI", number, 0, -30, 0))
print(json.dumps({**state, "answered": pid}), end="")
`;

async function startAgent(path: string): Promise<{ readonly printed: Promise<string> }> {
  const agent = spawnPeer("python3", ["-c", AGENT, path], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void agent.kill("SIGKILL"));
  await once(agent.stdout, "data");
  let text = "";
  agent.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
  return { printed: once(agent, "close").then(() => text) };
}
