import { chmodSync, existsSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { leavesHostUnchanged, requires } from "@wb/testing";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import type { SpecHook, SpecHooks } from "../../src/oci/spec-hooks.ts";
import { type Bench, logged, ociBench, shell } from "../support/oci.ts";

const needs = ["root", "command:busybox"] as const;
const id = `wb-hooks-${process.pid}`;
const KINDS = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"] as const;
let bench: Bench;

beforeAll(() => {
  bench = ociBench();
  for (const path of [join(bench.path, "hook.sh"), join(bench.rootfs, "hook.sh")]) {
    writeFileSync(path, HOOK);
    chmodSync(path, 0o755);
  }
});
afterAll(() => bench[Symbol.dispose]());
leavesHostUnchanged();
afterEach(async () => {
  await bench.call(["delete", "--force", id]);
  for (const path of [log(), join(bench.rootfs, "tmp/log")]) rmSync(path, { force: true });
});

/** Writes its kind, the state, and its namespaces. Its directory is a variable, for one kind runs in the container. */
const HOOK = `#!/bin/sh
state=$(cat)
echo "$KIND $(readlink /proc/self/ns/mnt) $(readlink /proc/self/ns/pid) $state" >>"$LOG"
`;

function log(): string {
  return join(bench.path, "log");
}

function hook(kind: (typeof KINDS)[number], change: Partial<SpecHook> = {}): SpecHook {
  const isInside = kind === "startContainer";
  const where = isInside ? ["/hook.sh", "/tmp/log"] : [join(bench.path, "hook.sh"), log()];
  const [path = "", file = ""] = where;
  return { path, args: ["hook", kind], env: [`KIND=${kind}`, `LOG=${file}`, "PATH=/usr/bin:/bin"], ...change };
}

function bundle(hooks: SpecHooks): string {
  return bench.bundle({ ...shell("sleep 1000"), hooks });
}

interface Line {
  readonly kind: string;
  readonly mount: string;
  readonly state: { readonly status: string; readonly pid?: number; readonly id: string; readonly bundle: string };
}

function lines(path = log()): Line[] {
  if (!existsSync(path)) return [];
  const rows = readFileSync(path, "utf8").trim().split("\n");
  return rows.map((row) => {
    const [, kind = "", mount = "", , state = ""] = /^(\S+) (\S+) (\S+) (.*)$/.exec(row) ?? [];
    return { kind, mount, state: JSON.parse(state) as Line["state"] };
  });
}

describe("hooks of wb oci", () => {
  requires(...needs)("run in their order and namespaces, with the state on stdin", async () => {
    const path = bundle(Object.fromEntries(KINDS.map((kind) => [kind, [hook(kind)]])));
    expect(await bench.call(["create", "-b", path, id])).toMatchObject({ status: 0, stderr: "" });
    expect(lines().map(({ kind }) => kind)).toEqual(["prestart", "createRuntime", "createContainer"]);
    expect(await bench.call(["start", id])).toMatchObject({ status: 0, stderr: "" });
    const { pid } = JSON.parse((await bench.call(["state", id])).stdout) as { pid: number };
    const mount = readlinkSync(`/proc/${pid}/ns/mnt`);
    await bench.call(["delete", "--force", id]);
    const inside = lines(join(bench.rootfs, "tmp/log"));
    const host = readlinkSync("/proc/self/ns/mnt");
    expect(lines().map(({ kind, mount: where, state }) => [kind, where, state.status, state.pid])).toEqual([
      ["prestart", host, "created", pid],
      ["createRuntime", host, "created", pid],
      ["createContainer", mount, "created", pid],
      ["poststart", host, "running", pid],
      ["poststop", host, "stopped", undefined],
    ]);
    expect(inside.map(({ kind, mount: where, state }) => [kind, where, state.status])).toEqual([
      ["startContainer", mount, "created"],
    ]);
    expect(lines().every(({ state }) => state.id === id && state.bundle === path)).toBe(true);
  });

  for (const kind of ["prestart", "createRuntime", "createContainer"] as const)
    requires(...needs)(`create leaves nothing when a ${kind} hook fails`, async () => {
      const path = bundle({ [kind]: [{ path: "/bin/sh", args: ["sh", "-c", "echo why >&2; exit 5"] }, hook(kind)] });
      const outcome = await bench.call(["create", "-b", path, id]);
      expect(outcome.status).toBe(1);
      expect(logged(outcome)).toContain(`error running ${kind} hook #0: `);
      expect(logged(outcome)).toContain("why");
      expect(lines()).toEqual([]);
      expect(logged(await bench.call(["state", id]))).toBe("container does not exist");
    });

  requires(...needs)("start kills the container when a startContainer hook fails", async () => {
    const path = bundle({ startContainer: [{ path: "/bin/false" }] });
    await bench.call(["create", "-b", path, id]);
    const outcome = await bench.call(["start", id]);
    expect([outcome.status, logged(outcome)]).toEqual([1, expect.stringContaining("startContainer hook #0")]);
    await expect
      .poll(async () => (JSON.parse((await bench.call(["state", id])).stdout) as { status: string }).status)
      .toBe("stopped");
  });

  requires(...needs)("a createContainer hook begins in the container's root", async () => {
    const where = { path: "/bin/sh", args: ["sh", "-c", `pwd >${log()}`] };
    await bench.call(["create", "-b", bundle({ createContainer: [where] }), id]);
    expect(readFileSync(log(), "utf8")).toBe(`${bench.rootfs}\n`);
  });

  requires(...needs)("a hook that a signal ends is told of as Go names the signal", async () => {
    const killed = { path: "/bin/sh", args: ["sh", "-c", "kill -KILL $$"] };
    const outcome = await bench.call(["create", "-b", bundle({ createRuntime: [killed] }), id]);
    expect(logged(outcome)).toContain("error running createRuntime hook #0: signal: killed, stdout: , stderr: ");
  });

  requires(...needs)("delete warns of a poststop hook that fails, and runs on", async () => {
    await bench.call(["create", "-b", bundle({ poststop: [{ path: "/bin/false" }] }), id]);
    const outcome = await bench.call(["delete", "--force", id]);
    expect(outcome).toMatchObject({ status: 0, stderr: expect.stringContaining("level=warning") as string });
    expect(logged(await bench.call(["state", id]))).toBe("container does not exist");
  });

  requires(...needs)("a hook that hangs is killed after its timeout", async () => {
    const hanging = { path: "/bin/sh", args: ["sh", "-c", "sleep 1000"], timeout: 1 };
    const outcome = await bench.call(["create", "-b", bundle({ createRuntime: [hanging] }), id]);
    expect([outcome.status, logged(outcome)]).toEqual([1, expect.stringContaining("timeout of 1 s")]);
    expect(logged(await bench.call(["state", id]))).toBe("container does not exist");
  });
});
