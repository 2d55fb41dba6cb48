import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createCgroup } from "@wb/cgroup";
import { leavesHostUnchanged, requires, waitFor } from "@wb/testing";
import { execa } from "execa";
import { expect } from "vitest";
import { type DetachedBench, detachedBench, killSupervisor, pidsOf } from "./support/detached-bench.ts";
import { wbScript } from "./support/wb.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:busybox");

function initOf({ run }: DetachedBench, id: string): number {
  return (JSON.parse(readFileSync(join(run, "containers", id, "state.json"), "utf8")) as { init_process_pid: number })
    .init_process_pid;
}

requires(
  "root",
  "command:busybox",
  "kernel>=6.15",
)("a container whose supervisor was killed gets one by the next commands, just one, which knows its end", async () => {
  await using here = detachedBench();
  const script = "echo one; while [ ! -e /tmp/go ]; do sleep 0.05; done; echo two; exit 9";
  const id = await here.start("--name", "web", "--tmpfs", "/tmp", "sh", "-c", script);
  await killSupervisor(id);
  const seen = await Promise.all([here.call("ps"), here.call("ps"), here.call("inspect", "web"), here.call("ps")]);
  expect(seen.map(({ status, stderr }) => [status, stderr])).toEqual(seen.map(() => [0, ""]));
  expect(await here.status("web")).toMatch(/^Up /);
  expect(pidsOf(`wb-supervisor ${id}`)).toHaveLength(1);
  expect((await here.call("exec", "web", "touch", "/tmp/go")).status).toBe(0);
  expect((await here.call("wait", "web")).stdout).toBe("9\n");
  expect((await here.call("logs", "web")).stdout).toBe("one\ntwo\n");
});

kernel("a container that ended while it had no supervisor is exited with 255, and says why", async () => {
  await using here = detachedBench();
  const id = await here.start("--name", "web", "sleep", "1000");
  await killSupervisor(id);
  process.kill(initOf(here, id), "SIGKILL");
  await waitFor(async () => expect(await here.status("web")).toMatch(/^Exited \(255\) /));
  const error = (await here.call("inspect", "--format", "{{.State.Error}}", "web")).stdout;
  expect(error).toBe("its supervisor was killed, and nobody knows how it ended\n");
  await waitFor(() => expect(() => initOf(here, id)).toThrow("ENOENT"));
});

kernel("a container whose runtime state was removed runs on, is told so, and can be stopped", async () => {
  await using here = detachedBench();
  const id = await here.start("--name", "web", "sleep", "1000");
  rmSync(join(here.run, "containers", id), { recursive: true });
  expect(await here.status("web")).toMatch(/^Up /);
  expect((await here.call("stop", "-t", "0", "web")).status).toBe(0);
  expect(await here.status("web")).toMatch(/^Exited \(137\) /);
});

requires(
  "root",
  "command:busybox",
  "cgroup_v1",
)("a supervisor is not in the control groups of who started it", async () => {
  await using here = detachedBench();
  await using group = createCgroup(`/wb-caller-${process.pid}`);
  const env = { WB_ROOT: here.data, WB_STATE: here.run };
  const script = `for f in /sys/fs/cgroup/*${group.path}/cgroup.procs; do echo $$ > $f; done`;
  const made = await execa(
    "/bin/sh",
    ["-c", `${script}; exec "$0" run -d --rootfs /:O --name web sleep 1000`, wbScript()],
    {
      env,
    },
  );
  const id = made.stdout.trim();
  const [supervisor] = pidsOf(`wb-supervisor ${id}`);
  await waitFor(() => expect(readFileSync(`/proc/${supervisor}/cgroup`, "utf8")).not.toContain(group.path));
  expect(readFileSync(`/proc/${supervisor}/cgroup`, "utf8")).not.toContain(id);
});
