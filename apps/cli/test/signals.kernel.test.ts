import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostState, requires, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { describe, expect } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { type Running, start, wbScript } from "./support/wb.ts";

const rooted = requires("root");

/** A wb whose command has printed its first line. */
async function started(...args: string[]): Promise<Running> {
  const running = start(["run", "--rm", "--rootfs=/:O", ...args]);
  await once(running.stdout, "data");
  return running;
}

/** A command that says so and goes on until the signal comes. */
const told = (signal: string, status: number): string[] => [
  "sh",
  "-c",
  `trap 'echo got ${signal}; exit ${status}' ${signal}; echo ready; while :; do sleep 0.05; done`,
];

describe("a signal to wb", () => {
  rooted.for(["HUP", "INT", "QUIT", "TERM", "USR1", "USR2", "WINCH"] as const)(
    "SIG%s reaches the command, and its status is wb's",
    async (name) => {
      const before = hostState();
      const running = await started(...told(name, 42));
      running.kill(`SIG${name}`);
      expect(await running.outcome).toMatchObject({ stdout: `ready\ngot ${name}\n`, status: 42 });
      await isAsBefore(before);
    },
  );

  rooted("SIGTERM that the command turns into an end is status 143", async () => {
    const running = await started(...told("TERM", 143));
    running.kill("SIGTERM");
    expect(await running.outcome).toMatchObject({ status: 143 });
  });

  rooted("is ignored by a pid 1 without a handler, as with docker", async () => {
    const running = await started("sh", "-c", "echo ready; sleep 0.6; echo alive");
    running.kill("SIGTERM");
    running.kill("SIGUSR1");
    expect(await running.outcome).toEqual({ stdout: "ready\nalive\n", stderr: "", status: 0 });
  });

  rooted.for(["SIGTERM", "SIGINT"] as const)("%s three times kills, status 137", async (signal) => {
    const before = hostState();
    const running = await started("sh", "-c", "trap '' TERM INT; echo ready; while :; do sleep 0.05; done");
    for (const pause of [60, 60, 0]) {
      running.kill(signal);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    expect(await running.outcome).toEqual({
      stdout: "ready\n",
      stderr: expect.stringContaining("once more kills the container"),
      status: 137,
    });
    await isAsBefore(before);
  });

  rooted("SIGKILL takes the command with it at once", async () => {
    const running = await started("sh", "-c", "echo ready; exec sleep 4712");
    running.kill("SIGKILL");
    expect(await running.outcome).toMatchObject({ signal: "SIGKILL" });
    await expect.poll(async () => (await execa("pgrep", ["-f", "^sleep 4712"], { reject: false })).stdout).toBe("");
    await execa(wbScript(), ["run", "--rm", "--rootfs=/:O", "true"]);
  });
});

rooted("SIGUSR1 opens no debugger of Node, which any user of the machine could have wb's privileges by", async () => {
  const running = start(["stats"]);
  await once(running.stdout, "data");
  running.kill("SIGUSR1");
  await new Promise((resolve) => setTimeout(resolve, 300));
  running.kill("SIGTERM");
  expect(await running.outcome).toMatchObject({ stderr: "" });
});

requires("root", "command:script")("Ctrl-C in a terminal reaches the command, once", async () => {
  const inside =
    "n=0; trap 'n=$((n+1))' INT; echo ready; while [ $n = 0 ]; do sleep 0.05; done; sleep 0.3; echo got $n; exit 7";
  using directory = temporaryDirectory();
  writeFileSync(join(directory.path, "script"), inside);
  // exec: a shell between script(1) and wb would see the Ctrl-C too, and dash then says 130 whatever wb said.
  const command = `exec ${wbScript()} run --rm --rootfs=/:O -i -v ${directory.path}:/t sh /t/script`;
  const terminal = execa("script", ["-qec", command, "/dev/null"], { reject: false, stdin: "pipe" });
  terminal.stdout.on("data", (text: Buffer) => {
    if (text.includes("ready")) terminal.stdin.write("\u0003");
  });
  const { stdout, exitCode } = await terminal;
  expect([stdout.replaceAll(/\r|\^C/gu, ""), exitCode]).toEqual(["ready\ngot 1", 7]);
});

describe("the third request to end", () => {
  requires(
    "root",
    "cgroup_v1",
    "cgroup_controller:freezer",
  )("ends also a process that the command froze, which would keep its pid namespace for ever", async () => {
    const before = hostState();
    const freeze =
      "mount -t cgroup -o freezer c /mnt; mkdir /mnt/a; sleep 100 & echo $! >/mnt/a/cgroup.procs; echo FROZEN >/mnt/a/freezer.state; echo frozen";
    const running = await started(
      "--security-opt",
      "seccomp=unconfined",
      "sh",
      "-c",
      `unshare -UrmC sh -c '${freeze}'`,
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (let request = 0; request < 3; request += 1) {
      running.kill("SIGTERM");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await running.outcome).stdout).toBe("frozen\n");
    await isAsBefore(before);
  });
});
