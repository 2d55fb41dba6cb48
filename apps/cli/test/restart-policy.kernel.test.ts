import { leavesHostUnchanged, requires, waitFor } from "@wb/testing";
import { describe, expect } from "vitest";
import { type DetachedBench, detachedBench, pidsOf } from "./support/detached-bench.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:busybox");

/** A container that waits long enough for anything to be done to it: a crash loop backs off. */
async function crashLoop(here: DetachedBench): Promise<{ readonly id: string; readonly pid: number }> {
  const id = await here.start("--name", "loop", "--restart", "always", "sh", "-c", "exit 3");
  const pid = await waitFor(async () => {
    expect(Number((await here.call("inspect", "--format", "{{.RestartCount}}", "loop")).stdout)).toBeGreaterThan(2);
    const [found] = pidsOf(`wb-supervisor restart ${id}`);
    expect(found).toBeGreaterThan(0);
    return found!;
  });
  return { id, pid };
}

describe("a container that waits to be started again", () => {
  kernel("is shown as such; a killed wait is taken up; wb stop ends it at once", async () => {
    await using here = detachedBench();
    const { id, pid } = await crashLoop(here);
    process.kill(pid, "SIGKILL");
    await waitFor(() => expect(pidsOf(`wb-supervisor restart ${id}`)).toEqual([]));
    expect(await here.status("loop")).toMatch(/^(Restarting \(3\) .* ago|Up .*)$/);
    await waitFor(() => expect(pidsOf(`wb-supervisor restart ${id}`)).toHaveLength(1));
    expect((await here.call("stop", "-t", "0", "loop")).status).toBe(0);
    expect(pidsOf(`wb-supervisor restart ${id}`)).toEqual([]);
    expect(await here.status("loop")).toMatch(/^Exited \((3|137)\) /);
  });

  kernel("is not started again after wb kill, and is refused to wb rm without -f", async () => {
    await using here = detachedBench();
    const { id } = await crashLoop(here);
    await waitFor(async () => {
      const refused = await here.call("rm", "loop");
      expect(refused.stderr).toContain('cannot remove container "loop": container is restarting');
    });
    await waitFor(async () => {
      await here.call("kill", "loop");
      expect(await here.status("loop")).toMatch(/^Exited \((3|137)\) /);
    });
    expect(pidsOf(`wb-supervisor restart ${id}`)).toEqual([]);
    expect((await here.call("rm", "loop")).status).toBe(0);
  });

  kernel("goes with wb rm -f", async () => {
    await using here = detachedBench();
    const { id } = await crashLoop(here);
    expect(await here.call("rm", "-f", "loop")).toMatchObject({ status: 0, stdout: "loop\n", stderr: "" });
    await waitFor(() => expect(pidsOf(`wb-supervisor restart ${id}`)).toEqual([]));
    expect((await here.call("ps", "-aq")).stdout).toBe("");
  });
});
