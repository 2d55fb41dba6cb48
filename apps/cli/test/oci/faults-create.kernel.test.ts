/** kill -9 of the runtime, and of the process that it makes, before each system call of `wb oci create`. */
import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import { EVERY_CALL, isRunning, killAt, leftovers, truth } from "../support/oci-killed.ts";
import { ociBench } from "../support/oci.ts";

leavesHostUnchanged();

const traced = requires("root", "command:perl", "command:busybox");
const GROUP = "wb-faults-";
const NAMESPACES = (["pid", "ipc", "uts", "mount", "cgroup", "network"] as const).map((type) => ({ type }));
const LIMITS = { memory: { limit: 64_000_000 }, pids: { limit: 20 } };

traced(
  "create that is killed before any of its calls leaves what delete removes, and state tells the truth",
  async () => {
    using bench = ociBench();
    const linux = { cgroupsPath: `/${GROUP}victim`, namespaces: NAMESPACES, resources: LIMITS };
    const bundle = bench.bundle({ linux });
    const told = new Set<string>();
    let points = 0;
    for (let n = 1; ; n += EVERY_CALL ? 1 : 11) {
      const { reached } = await killAt(bench, { whom: "wb", n }, ["create", "-b", bundle, "victim"]);
      told.add(await truth(bench, "victim"));
      expect([n, await bench.call(["delete", "--force", "victim"])]).toEqual([
        n,
        { stdout: "", stderr: "", status: 0 },
      ]);
      expect([n, leftovers(bench, { groups: GROUP })]).toEqual([n, []]);
      if (!reached) break;
      points++;
    }
    expect(points).toBeGreaterThan(EVERY_CALL ? 50 : 5);
    expect([...told].toSorted()).toEqual(["container does not exist", "created", "not created to its end", "stopped"]);
  },
  600_000,
);

traced(
  "create that is killed while its new process is before any of its calls ends that, too",
  async () => {
    using bench = ociBench();
    const linux = { cgroupsPath: `/${GROUP}parent`, namespaces: NAMESPACES, resources: LIMITS };
    const bundle = bench.bundle({ linux });
    const told = new Set<string>();
    let points = 0;
    for (let n = 1; ; n += EVERY_CALL || n < 4 ? 1 : 71) {
      const { reached, child } = await killAt(bench, { whom: "parent", n }, ["create", "-b", bundle, "parent"]);
      if (reached) {
        expect(child).toBeGreaterThan(0);
        const state = await truth(bench, "parent");
        told.add(state);
        // It ends by itself, at the pipe that it waits at, unless it was created by then.
        if (state !== "created") await expect.poll(() => [n, isRunning(child)]).toEqual([n, false]);
      }
      expect([n, await bench.call(["delete", "--force", "parent"])]).toEqual([
        n,
        { stdout: "", stderr: "", status: 0 },
      ]);
      expect([n, leftovers(bench, { groups: GROUP, pid: child })]).toEqual([n, []]);
      if (!reached) break;
      points++;
    }
    expect(points).toBeGreaterThan(EVERY_CALL ? 200 : 3);
  },
  900_000,
);

traced(
  "create whose new process is killed before any of its calls fails in one line, and leaves nothing",
  async () => {
    using bench = ociBench();
    const linux = { cgroupsPath: `/${GROUP}child`, namespaces: NAMESPACES, resources: LIMITS };
    const bundle = bench.bundle({ linux });
    let points = 0;
    for (let n = 1; ; n += EVERY_CALL ? 1 : 97) {
      const { reached, status, stderr } = await killAt(bench, { whom: "child", n }, ["create", "-b", bundle, "child"]);
      if (status === 0) {
        await bench.call(["delete", "--force", "child"]);
      } else {
        expect([n, status]).toEqual([n, 1]);
        expect(stderr).toMatch(
          /^time="[^"]+" level=error msg="wb create failed: [^\n]*ended before its command was running: killed by signal 9"\n$/u,
        );
      }
      expect([n, leftovers(bench, { groups: GROUP })]).toEqual([n, []]);
      if (!reached) break;
      points++;
    }
    expect(points).toBeGreaterThan(EVERY_CALL ? 200 : 3);
  },
  900_000,
);
