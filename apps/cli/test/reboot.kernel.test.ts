import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { leavesHostUnchanged, requires, waitFor } from "@wb/testing";
import { expect } from "vitest";
import { processStat } from "../src/runtime/lifecycle/init-process.ts";
import { type DetachedBench, detachedBench, killSupervisor } from "./support/detached-bench.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:busybox");

/** What a boot leaves: the processes are gone, /run is empty, and the boot is another. */
async function reboot(here: DetachedBench, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await killSupervisor(id);
    const { init_process_pid: pid } = JSON.parse(
      readFileSync(join(here.run, "containers", id, "state.json"), "utf8"),
    ) as { init_process_pid: number };
    process.kill(pid, "SIGKILL");
    await waitFor(() => expect(processStat(pid)?.state ?? "X").toMatch(/[XZ]/));
  }
  rmSync(here.run, { recursive: true });
  for (const id of ids) {
    const path = join(here.data, "containers", id, "state.json");
    writeFileSync(path, readFileSync(path, "utf8").replace(/"bootId":"[^"]*"/, `"bootId":"of before"`));
  }
}

kernel(
  "after a boot nothing is running, and `wb system start` starts what is to run, in order of creation",
  async () => {
    await using here = detachedBench();
    const started = [
      await here.start("--name", "a", "--restart", "always", "sleep", "1000"),
      await here.start("--name", "b", "sleep", "1000"),
      await here.start("--name", "c", "--restart", "unless-stopped", "sleep", "1000"),
    ];
    const stopped = await here.start("--name", "d", "--restart", "unless-stopped", "sleep", "1000");
    expect((await here.call("stop", "-t", "0", "d")).status).toBe(0);
    await reboot(here, started);
    for (const name of ["a", "b", "c"]) expect(await here.status(name)).toMatch(/^Exited \(255\) /);
    expect(await here.status("d")).toMatch(/^Exited \(137\) /);
    expect(await here.call("system", "start")).toMatchObject({ status: 0, stdout: "a\nc\n", stderr: "" });
    expect(await here.status("a")).toMatch(/^Up /);
    expect(await here.status("b")).toMatch(/^Exited \(255\) /);
    const all = (await here.call("ps", "-aq", "--no-trunc")).stdout.split("\n").filter(Boolean);
    expect(all.toSorted()).toEqual([...started, stopped].toSorted());
    expect((await here.call("system", "start")).stdout).toBe("");
  },
);

kernel("a process that has a container's pid and start time in another boot is none of its", async () => {
  await using here = detachedBench();
  const id = await here.start("--name", "web", "sleep", "1000");
  const path = join(here.data, "containers", id, "state.json");
  const before = readFileSync(path, "utf8");
  writeFileSync(path, before.replace(/"bootId":"[^"]*"/, `"bootId":"of before"`));
  // Its files in /run are there, and its process lives: of this boot neither is the container.
  const seen = (await here.call("ps", "-a", "--format", "{{.Status}}")).stdout;
  expect(seen).toMatch(/^Exited \(255\) /);
});
