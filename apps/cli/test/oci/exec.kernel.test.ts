import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { detect } from "@wb/cgroup";
import { leavesHostUnchanged, requires } from "@wb/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from "vitest";
import { defaultSpec } from "../../src/oci/default-spec.ts";
import { type Bench, logged, ociBench, shell } from "../support/oci.ts";

const needs = ["root", "command:busybox"] as const;
const id = `wb-exec-${process.pid}`;
let bench: Bench;

beforeAll(() => {
  bench = ociBench();
});
afterAll(() => bench[Symbol.dispose]());
leavesHostUnchanged();
beforeEach(() => {
  if (existsSync(socket())) throw new Error("a socket was left");
});
afterEach(async () => {
  await bench.call(["delete", "--force", id]);
});

function socket(): string {
  return join(bench.path, "socket");
}

async function running(): Promise<number> {
  await bench.call(["create", "-b", bench.bundle(), id]);
  expect((await bench.call(["start", id])).status).toBe(0);
  return pidOf();
}

async function pidOf(): Promise<number> {
  return (JSON.parse((await bench.call(["state", id])).stdout) as { pid: number }).pid;
}

/** What comes over a Unix socket: the name, and what of its descriptor the script says. */
async function receiver(
  script: string,
): Promise<{ readonly printed: Promise<string>; readonly process: ChildProcess }> {
  const child = spawn("python3", ["-c", `${RECEIVE}${script}`, socket()], { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  await expect.poll(() => printed).toBe("ready\n");
  return { printed: once(child, "close").then(() => printed.slice("ready\n".length)), process: child };
}

const RECEIVE = `
import os, signal, socket, sys
path = sys.argv[1]
server = socket.socket(socket.AF_UNIX)
server.bind(path)
server.listen(1)
print("ready", flush=True)
connection, _ = server.accept()
name, fds, _, _ = socket.recv_fds(connection, 4096, 4)
os.unlink(path)
print(name.decode(), len(fds), flush=True)
`;

describe("wb oci exec", () => {
  requires(...needs)("ends with the status of the process, or 128 and its signal", async () => {
    await running();
    const status = async (...words: readonly string[]): Promise<unknown> =>
      (await bench.call(["exec", id, ...words])).status;
    expect(await status("true")).toBe(0);
    expect(await status("sh", "-c", "exit 42")).toBe(42);
    expect(await status("sh", "-c", "kill -9 $$")).toBe(137);
    expect(await status("nonsense")).toBe(255);
    expect(logged(await bench.call(["exec", id, "nonsense"]))).toContain("executable file not found in $PATH");
  });

  requires(...needs)("has the user, directory and variables of its flags", async () => {
    await running();
    const flags = ["--user", "1000:1001", "-g", "5", "--cwd", "/tmp", "-e", "A=1", "--env=B=2"];
    const { stdout } = await bench.call(["exec", ...flags, id, "sh", "-c", "id -u; id -g; id -G; pwd; echo $A$B"]);
    expect(stdout).toBe("1000\n1001\n1001 5\n/tmp\n12\n");
    const process = { ...defaultSpec().process, terminal: false, args: ["sh", "-c", "echo from the file"] };
    writeFileSync(join(bench.path, "process.json"), JSON.stringify(process));
    expect((await bench.call(["exec", "-p", "process.json", id])).stdout).toBe("from the file\n");
  });

  requires(...needs)("begins on the processors of execCPUAffinity, and goes on with the final ones", async () => {
    await running();
    const args = ["grep", "Cpus_allowed_list", "/proc/self/status"];
    const process = { ...defaultSpec().process, terminal: false, args };
    const affinity = async (execCPUAffinity: object): Promise<unknown> => {
      writeFileSync(join(bench.path, "process.json"), JSON.stringify({ ...process, execCPUAffinity }));
      return bench.call(["--debug", "exec", "-p", "process.json", id]);
    };
    expect(await affinity({ initial: "0" })).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/nsexec\[\d+\]: affinity: 0x1"/) as string,
    });
    expect(await affinity({ initial: "0", final: "0" })).toMatchObject({ stdout: "Cpus_allowed_list:\t0\n" });
    expect(await affinity({ initial: "8191" })).toMatchObject({ status: 255 });
  });

  requires(...needs)("--detach leaves the process behind, and writes its id", async () => {
    await running();
    const detached = await bench.call(["exec", "--detach", "--pid-file", "exec.pid", id, "sleep", "500"]);
    expect(detached).toMatchObject({ status: 0, stderr: "" });
    const pid = Number(readFileSync(join(bench.path, "exec.pid"), "utf8"));
    expect(readFileSync(`/proc/${pid}/cmdline`, "latin1")).toBe("sleep\u0000500\u0000");
    expect(JSON.parse((await bench.call(["ps", "-f", "json", id])).stdout)).toContain(pid);
  });

  requires(...needs, "cgroup_v1")("--cgroup leads below the container's group, and nowhere else", async () => {
    await running();
    const memory = detect().hierarchies.find(({ controllers }) => controllers.includes("memory"));
    const below = `${memory?.mountpoint}/${id}/below`;
    mkdirSync(below);
    const groups = async (...flags: readonly string[]): Promise<string> => {
      const outcome = await bench.call([
        "exec",
        ...flags.flatMap((flag) => ["--cgroup", flag]),
        id,
        "cat",
        "/proc/self/cgroup",
      ]);
      return outcome.status === 0 ? outcome.stdout : logged(outcome);
    };
    const found = await groups("memory:below");
    expect(found).toMatch(/memory.*:.*\/below$/m);
    expect(found).not.toMatch(/pids.*below$/m);
    for (const path of ["..", "memory:../..", "memory:below/../../x"])
      expect(await groups(path)).toContain("is not a sub cgroup path");
    expect(await groups("memory:none")).toContain("no such file or directory");
    expect(await groups("below")).toContain("no such file or directory");
    expect(await groups("nonsense:below")).toContain("unknown controller nonsense");
    rmdirSync(below);
  });

  requires(...needs, "command:python3")("create and exec send a pidfd to --pidfd-socket", async () => {
    const SHOW = 'print([l.split()[1] for l in open(f"/proc/self/fdinfo/{fds[0]}") if l.startswith("Pid")][0])';
    const first = await receiver(SHOW);
    await bench.call(["create", "--pidfd-socket", socket(), "-b", bench.bundle(), id]);
    expect(await first.printed).toBe(`standard 1\n${await pidOf()}\n`);
    await bench.call(["start", id]);
    const second = await receiver("signal.pidfd_send_signal(fds[0], 9)");
    expect((await bench.call(["exec", "--pidfd-socket", socket(), id, "sleep", "500"])).status).toBe(137);
    expect(await second.printed).toBe("setns 1\n");
    expect((await bench.call(["exec", "--pidfd-socket", "none", id, "true"])).status).toBe(255);
  });

  requires(...needs, "command:python3")("create and exec send their terminal to --console-socket", async () => {
    const READ = `
text = b""
while b"end" not in text:
    text += os.read(fds[0], 4096)
print(text.decode().replace("\\r", ""))
`;
    const { process: plain } = shell("tty; stty size; echo end; sleep 1000");
    const terminal = {
      ...defaultSpec(),
      process: { ...defaultSpec().process, ...plain, terminal: true, consoleSize: { height: 24, width: 80 } },
    };
    const bundle = bench.bundle({ ...terminal, root: { path: bench.rootfs } } as Parameters<Bench["bundle"]>[0]);
    expect(logged(await bench.call(["create", "-b", bundle, id]))).toContain("cannot allocate tty if wb will detach");
    const first = await receiver(READ);
    expect(await bench.call(["create", "--console-socket", socket(), "-b", bundle, id])).toMatchObject({
      status: 0,
      stderr: "",
    });
    await bench.call(["start", id]);
    expect(await first.printed).toMatch(/^\/dev\/ptmx 1\n\/dev\/\S+\n24 80\nend/);
    const second = await receiver(READ);
    const argv = [
      "exec",
      "--tty",
      "--detach",
      "--console-socket",
      socket(),
      id,
      "sh",
      "-c",
      "tty; echo end; sleep 100",
    ];
    expect(await bench.call(argv)).toMatchObject({ status: 0, stderr: "" });
    expect(await second.printed).toMatch(/^\/dev\/ptmx 1\n\/dev\/pts\/\d+\nend/);
  });

  requires(...needs, "command:script")("runs what spec writes in the caller's terminal", async () => {
    const { process } = defaultSpec();
    const bundle = bench.bundle({ process: { ...process, cwd: "/", args: ["sh", "-c", "tty; exit 3"] } });
    const wb = join(import.meta.dirname, "../../../../bin/wb-oci");
    const line = `${wb} --root ${join(bench.path, "state")} run -b ${bundle} ${id}`;
    const { stdout, status } = spawnSync("script", ["-qec", line, "/dev/null"], { encoding: "utf8" });
    // script(1) types the end of its own input, which is echoed if that comes before the terminal is raw.
    expect([stdout, status]).toEqual([expect.stringMatching(/^(?:\^@)?\/dev\/(?:pts\/\d+|console)\r/), 3]);
  });
});
