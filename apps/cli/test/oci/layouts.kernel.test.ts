import { readFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "@wb/testing";
import { expect } from "vitest";
import { type Bench, shell, useOciBench } from "../support/oci.ts";

// The least that shows that a container works with a machine's cgroups: guests of tools/vm run it, too, and are slow.
const needs = ["root", "command:busybox"] as const;
const id = `wb-layouts-${process.pid}`;
let bench: Bench;

useOciBench(id, (made) => {
  bench = made;
});

async function done(...args: readonly string[]): Promise<string> {
  const outcome = await bench.call(args);
  expect({ args, ...outcome }).toMatchObject({ status: 0, stderr: "" });
  return outcome.stdout;
}

async function state(): Promise<unknown> {
  return JSON.parse(await done("state", id)) as unknown;
}

/** What a process has in the file of its memory limit, by the layout. */
function memoryLimit(pid: number): string {
  const groups = readFileSync(`/proc/${pid}/cgroup`, "utf8").split("\n");
  const v1 = groups.find((line) => line.split(":")[1] === "memory")?.split(":")[2];
  const v2 = groups.find((line) => line.startsWith("0::"))?.slice("0::".length);
  return v1 === undefined
    ? readFileSync(`/sys/fs/cgroup${v2}/memory.max`, "utf8").trim()
    : readFileSync(`/sys/fs/cgroup/memory${v1}/memory.limit_in_bytes`, "utf8").trim();
}

requires(...needs)(
  "wb oci leads a container with limits from created to deleted with whatever cgroups there are",
  async () => {
    const linux = { ...bench.spec.linux, resources: { ...bench.spec.linux?.resources, memory: { limit: 64 << 20 } } };
    const script = "trap 'exit 3' TERM; grep -c . /proc/self/cgroup > /tmp/groups; while :; do sleep 0.1; done";
    await done(
      "create",
      "--bundle",
      bench.bundle({ ...shell(script), linux }),
      "--pid-file",
      join(bench.path, "pid"),
      id,
    );
    const pid = Number(readFileSync(join(bench.path, "pid"), "utf8"));
    expect(memoryLimit(pid)).toBe(String(64 << 20));
    await done("start", id);
    expect(await done("exec", id, "cat", "/proc/1/comm")).toBe("sh\n");
    await done("update", "--memory", String(32 << 20), id);
    expect(memoryLimit(pid)).toBe(String(32 << 20));
    await done("pause", id);
    expect(await state()).toMatchObject({ status: "paused" });
    await done("resume", id);
    await done("kill", id, "TERM");
    await expect.poll(state, { timeout: 60_000 }).toMatchObject({ status: "stopped" });
    await done("delete", id);
  },
);

requires(...needs)("wb oci runs a container with a user namespace with whatever cgroups there are", async () => {
  const map = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
  const linux = {
    ...bench.spec.linux,
    namespaces: [...(bench.spec.linux?.namespaces ?? []), { type: "user" as const }],
    uidMappings: map,
    gidMappings: map,
  };
  const script = "id -u; tr -s ' ' < /proc/self/uid_map";
  expect(await done("run", "--bundle", bench.bundle({ ...shell(script), linux }), id)).toBe("0\n 0 100000 65536\n");
});
