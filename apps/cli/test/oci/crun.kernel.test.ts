/** What crun has, its engines ask for, and runc has not. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { leavesHostUnchanged, requires } from "@wb/testing";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { type Bench, logged, ociBench, shell } from "../support/oci.ts";

const needs = ["root", "command:busybox"] as const;
const id = `wb-crun-${process.pid}`;
let bench: Bench;

beforeAll(() => {
  bench = ociBench();
});
afterAll(() => bench[Symbol.dispose]());
leavesHostUnchanged();
afterEach(async () => {
  await bench.call(["delete", "--force", "--regex", "."]);
});

describe("wb oci, as crun,", () => {
  requires(...needs)("delete --regex deletes all containers that match, and warns of those it cannot", async () => {
    const bundle = bench.bundle();
    for (const name of [id, `${id}-b`, `${id}-c`]) await bench.call(["run", "-d", "-b", bundle, name]);
    const running = await bench.call(["delete", "--regex", `${id}-[bc]$`]);
    expect([running.status, running.stderr.match(/level=warning.*is not stopped: running/g)?.length]).toEqual([1, 2]);
    await bench.call(["kill", `${id}-b`, "KILL"]);
    await expect.poll(async () => (await bench.call(["state", `${id}-b`])).stdout).toContain('"stopped"');
    expect((await bench.call(["delete", "--regex", `${id}-[bc]$`])).status).toBe(0);
    expect((await bench.call(["list", "-q"])).stdout).toBe(`${id}\n${id}-c\n`);
    expect(await bench.call(["delete", "--force", "--regex", `${id}-[bc]$`])).toMatchObject({ status: 0, stderr: "" });
    expect((await bench.call(["list", "-q"])).stdout).toBe(`${id}\n`);
    expect(logged(await bench.call(["delete", "--regex", "("]))).toContain("no regular expression");
  });

  requires(...needs)(
    "an annotation has the caller's groups stay, of a container with a user namespace, too",
    async () => {
      const { linux } = bench.spec;
      const namespaces = [...(linux?.namespaces ?? []), { type: "user" as const }];
      const ids = [{ containerID: 0, hostID: 0, size: 100 }];
      const annotations = { "run.oci.keep_original_groups": "1" };
      const groups = process.getgroups?.() ?? [];
      process.setgroups?.([7, 8]);
      try {
        const seen = async (change: Parameters<Bench["bundle"]>[0]): Promise<string> =>
          (await bench.call(["run", "-b", bench.bundle({ ...shell("id -G"), ...change }), id])).stdout.trim();
        expect(await seen({})).toBe("0");
        expect(await seen({ annotations })).toBe("0 7 8");
        expect(await seen({ annotations: { "run.oci.keep_original_groups": "0" } })).toBe("0");
        expect(await seen({ annotations, linux: { ...linux, namespaces, uidMappings: ids, gidMappings: ids } })).toBe(
          "0 7 8",
        );
      } finally {
        process.setgroups?.(groups);
      }
    },
  );

  requires(...needs)("a container without a process is created, and ends when it is started", async () => {
    const bundle = bench.bundle({});
    writeFileSync(
      join(bundle, "config.json"),
      JSON.stringify({ ...bench.spec, process: undefined, root: { path: bench.rootfs } }),
    );
    const made = await bench.call(["create", "-b", bundle, id]);
    expect([made.status, logged(made)]).toEqual([
      0,
      expect.stringContaining("process: missing: there is nothing to run"),
    ]);
    expect((await bench.call(["state", id])).stdout).toContain('"created"');
    expect(await bench.call(["start", id])).toMatchObject({ status: 0, stderr: "" });
    await expect.poll(async () => (await bench.call(["state", id])).stdout).toContain('"stopped"');
    expect(await bench.call(["delete", id])).toMatchObject({ status: 0, stderr: "" });
    expect((await bench.call(["run", "-b", bundle, id])).status).toBe(0);
  });

  requires(...needs)("a terminal that nobody would get is refused before anything else is", async () => {
    const args = ["sh", 0] as unknown as string[];
    const bundle = bench.bundle({ process: { cwd: "/", args, terminal: true } });
    expect(logged(await bench.call(["run", "-d", "-b", bundle, id]))).toContain("use --console-socket");
    expect(logged(await bench.call(["run", "-b", bundle, id]))).toContain("process.args[1]: 0 is a number");
  });

  requires(...needs, "no_security_labels")("a label of mounts is nothing where SELinux is not", async () => {
    const linux = { ...bench.spec.linux, mountLabel: "system_u:object_r:svirt_sandbox_file_t:s0:c715,c811" };
    const outcome = await bench.call(["run", "-b", bench.bundle({ linux, ...shell("echo ran") }), id]);
    expect(outcome).toMatchObject({ status: 0, stdout: "ran\n" });
    expect(logged(outcome)).toContain("SELinux is not switched on");
  });

  requires(...needs)("an id that cannot be is refused with what is wrong in it", async () => {
    const outcome = await bench.call(["run", "-b", bench.bundle(), "a/b"]);
    expect(logged(outcome)).toMatch(/invalid container ID format: .*invalid character `\/` in the ID/);
  });
});
