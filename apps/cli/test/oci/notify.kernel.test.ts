import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { requires } from "@wb/testing";
import { describe, expect } from "vitest";
import type { Spec } from "../../src/oci/spec.ts";
import { type Bench, shell, useOciBench } from "../support/oci.ts";

const needs = ["root", "command:busybox", "command:perl"] as const;
const id = `wb-notify-${process.pid}`;
let bench: Bench;

useOciBench(id, (made) => {
  bench = made;
});

/** Prints what it is told at a socket, until it is told twice: the second message is the barrier, whose pipe it closes. */
const MANAGER = `use Socket; socket(S, AF_UNIX, SOCK_DGRAM, 0) or die; bind(S, sockaddr_un($ARGV[0])) or die;
  for (1, 2) { recv(S, $m, 4096, 0); print "$m\\n" }`;

/** As systemd-notify(1). */
const READY = `use Socket; socket(S, AF_UNIX, SOCK_DGRAM, 0) or die;
  for ("STATUS=begun", "STATUS=done\\nREADY=1") { send(S, $_, 0, sockaddr_un($ENV{NOTIFY_SOCKET})) or die $! }`;

function bundle(command: string): string {
  const change: Partial<Spec> = shell(command);
  const host = ["/usr", "/lib", "/lib64"].filter((path) => existsSync(path));
  const mounts = host.map((path) => ({ destination: path, type: "bind", source: path, options: ["rbind", "ro"] }));
  return bench.bundle({ ...change, mounts: [...(bench.spec.mounts ?? []), ...mounts] });
}

/** What systemd hears while a command runs that it waits for. */
async function heard(commands: readonly (readonly string[])[]): Promise<{ socket: string; lines: string[] }> {
  const socket = join(bench.path, "manager");
  const manager = spawn("perl", ["-e", MANAGER, socket], { stdio: ["ignore", "pipe", "inherit"] });
  const output = text(manager.stdout);
  await expect.poll(() => existsSync(socket)).toBe(true);
  for (const args of commands)
    expect(await bench.call(args, { env: { NOTIFY_SOCKET: socket } })).toMatchObject({ status: 0, stderr: "" });
  if (manager.exitCode === null) await once(manager, "exit");
  return { socket, lines: (await output).trim().split("\n") };
}

describe("wb oci with NOTIFY_SOCKET", () => {
  requires(...needs)(
    "start waits until the container is ready, and says so, and nothing else that it says",
    async () => {
      const path = bundle(`ls -ld /run/notify; perl -e '${READY}'; sleep 1000`);
      const { lines } = await heard([
        ["create", "-b", path, id],
        ["start", id],
      ]);
      const { pid } = JSON.parse((await bench.call(["state", id])).stdout) as { pid: number };
      expect(lines).toEqual(["READY=1", `MAINPID=${pid}`, "BARRIER=1"]);
      expect(await bench.call(["delete", "--force", id])).toMatchObject({ status: 0, stderr: "" });
    },
  );

  requires(...needs)("run ends with a container that was never ready, and warns where nobody listens", async () => {
    const env = { NOTIFY_SOCKET: join(bench.path, "nobody") };
    expect(await bench.call(["run", "-b", bundle("echo $NOTIFY_SOCKET"), id], { env })).toEqual({
      stdout: "/run/notify/notify.sock\n",
      stderr: "",
      status: 0,
    });
    const unheard = await bench.call(["run", "-b", bundle(`perl -e '${READY}'; exit 3`), id], { env });
    expect(unheard).toMatchObject({
      status: 3,
      stderr: expect.stringMatching(/level=warning.*ready.*ENOENT/) as string,
    });
  });
});
