import { leavesHostUnchanged, requires, waitFor } from "@wb/testing";
import { expect } from "vitest";
import type { Health } from "../src/engine/health/health-file.ts";
import { type DetachedBench, detachedBench, pidsOf } from "./support/detached-bench.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:busybox");

async function healthOf(here: DetachedBench): Promise<Health> {
  return JSON.parse((await here.call("inspect", "--format", "{{json .State.Health}}", "web")).stdout) as Health;
}

kernel("a container becomes healthy, unhealthy after so many failures, and healthy by the next success", async () => {
  await using here = detachedBench();
  const check = [
    "--health-cmd",
    "echo looked; test ! -e /tmp/bad",
    "--health-interval",
    "200ms",
    "--health-retries",
    "2",
  ];
  const id = await here.start("--name", "web", ...check, "--tmpfs", "/tmp", "sleep", "1000");
  await waitFor(async () => expect(await here.status("web")).toMatch(/^Up .* \(healthy\)$/));
  expect((await healthOf(here)).Log.at(-1)).toMatchObject({ ExitCode: 0, Output: "looked\n" });
  await here.call("exec", "web", "touch", "/tmp/bad");
  await waitFor(async () => expect((await here.call("ps", "-q", "--filter", "health=unhealthy")).stdout).not.toBe(""));
  expect((await healthOf(here)).FailingStreak).toBeGreaterThanOrEqual(2);
  // One that was killed is replaced by whoever looks next.
  const [monitor = 0] = pidsOf(`wb-health ${id}`);
  process.kill(monitor, "SIGKILL");
  await waitFor(() => expect(pidsOf(`wb-health ${id}`)).toEqual([]));
  await here.call("exec", "web", "rm", "/tmp/bad");
  await waitFor(async () => expect(await here.status("web")).toMatch(/^Up .* \(healthy\)$/));
  expect((await healthOf(here)).Log.length).toBeLessThanOrEqual(5);
  expect((await here.call("stop", "-t", "0", "web")).status).toBe(0);
  expect((await healthOf(here)).Status).toBe("unhealthy");
  await waitFor(() => expect(pidsOf(`wb-health ${id}`)).toEqual([]));
});

kernel("a check that takes too long is killed, and a failure in the start period does not count", async () => {
  await using here = detachedBench();
  const check = ["--health-cmd", "echo began; sleep 1000", "--health-timeout", "200ms", "--health-retries", "1"];
  const times = ["--health-interval", "1h", "--health-start-period", "1h", "--health-start-interval", "100ms"];
  await here.start("--name", "web", ...check, ...times, "sleep", "1000");
  await waitFor(async () => expect((await healthOf(here)).Log).not.toEqual([]));
  const { Status, FailingStreak, Log } = await healthOf(here);
  expect({ Status, FailingStreak }).toEqual({ Status: "starting", FailingStreak: 0 });
  expect(Log[0]).toMatchObject({ ExitCode: -1, Output: "Health check exceeded timeout (200ms): began\n" });
});
