import { readdirSync, readFileSync } from "node:fs";
import { leavesHostUnchanged, requires, waitFor } from "@wb/testing";
import { expect } from "vitest";
import { detachedBench } from "./support/detached-bench.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:busybox");

const TRIES = process.env["WB_TEST_WHOLE_FAULTS"] === "1" ? 60 : 6;

kernel(
  `a container that is always started again is so by the next command, whatever of it was killed: ${TRIES} times`,
  { timeout: TRIES * 5000 },
  async () => {
    await using here = detachedBench();
    for (let n = 0; n < TRIES; n++) {
      const id = await here.start("--name", "web", "--restart", "always", "sh", "-c", "sleep 0.1; exit 3");
      // In turn while it runs, while something cleans up after it, while it waits, and while it is being started.
      await new Promise((resolve) => setTimeout(resolve, (n * 83) % 500));
      for (const pid of keepersOf(id)) kill(pid);
      const { stdout } = await here.call("ps", "-a", "--format", "{{.State}}");
      expect([n, stdout]).toEqual([n, expect.stringMatching(/^(running|restarting)\n$/)]);
      const before = await restarts(here.call);
      await waitFor(async () => expect([n, await restarts(here.call)]).not.toEqual([n, before]));
      expect(await here.call("rm", "-f", "web")).toMatchObject({ status: 0, stderr: "" });
      await waitFor(() => expect(keepersOf(id)).toEqual([]));
    }
  },
);

async function restarts(call: (...args: readonly string[]) => Promise<{ readonly stdout: string }>): Promise<number> {
  const { stdout } = await call("inspect", "--format", "{{.RestartCount}}", "web");
  expect(stdout).toMatch(/^\d+\n$/);
  return Number(stdout);
}

/** Whoever looks after a container: they have its id in their command line, and nobody else has. */
function keepersOf(id: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && commandLine(name).includes(id))
    .map(Number);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return "";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
