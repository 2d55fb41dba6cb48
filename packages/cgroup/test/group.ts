import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { call, type Child, SIG_HOW, spawn, step, waitFor } from "@wb/syscall";
import { expect } from "vitest";
import type { Cgroup } from "../src/cgroup.ts";
import { detect } from "../src/detect.ts";
import { CgroupError } from "../src/error.ts";
import type { Layout } from "../src/layout.ts";
import { openCgroup } from "../src/open.ts";

export const layout: Layout = detect();

/** The machine's layout without some of its hierarchies. */
export function without(...ids: readonly ("v2" | string)[]): Layout {
  const hierarchies = layout.hierarchies.filter(
    ({ version, controllers }) =>
      !(version === 2 && ids.includes("v2")) && !controllers.some((one) => ids.includes(one)),
  );
  return { ...layout, hierarchies };
}

/** Which version has a controller here. */
export function versionOf(controller: string): 1 | 2 {
  return layout.hierarchies.find(({ controllers }) => controllers.includes(controller))?.version ?? 2;
}

/** The error that something throws. */
export function caught(action: () => unknown): CgroupError {
  try {
    action();
  } catch (error) {
    if (error instanceof CgroupError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

let count = 0;

/** A path that no other test has. */
export function somePath(): string {
  return `/wb-test-${process.pid}-${count++}`;
}

/** Takes away what a test left, and fails it for that. */
export function expectNothingLeft(): void {
  const left = leftovers();
  for (const path of new Set(left.map((directory) => `/${basename(directory)}`))) openCgroup(path)[Symbol.dispose]();
  expect(left).toEqual([]);
}

/** The directories of the groups of this test run that are there. */
export function leftovers(): string[] {
  return layout.hierarchies.flatMap(({ mountpoint }) =>
    readdirSync(mountpoint)
      .filter((name) => name.startsWith(`wb-test-${process.pid}-`))
      .map((name) => join(mountpoint, name)),
  );
}

/** Where a group stands in the hierarchy of a controller; of the v2 tree for "v2". */
export function directoryOf({ path }: Cgroup, controller: string): string {
  const found = layout.hierarchies.find(({ version, controllers }) =>
    controller === "v2" ? version === 2 : controllers.includes(controller),
  );
  return `${found?.mountpoint}${path}`;
}

export function fileOf(group: Cgroup, controller: string, file: string): string {
  return readFileSync(join(directoryOf(group, controller), file), "utf8").trim();
}

/** Starts a shell whose first system calls join the group, its output going to a file. */
export function startIn(group: Cgroup, script: string, output = "/dev/null"): Child {
  const { join: joins, fds, directory } = group.entrance();
  const program = [
    ...joins,
    step("run a shell", [
      call("rt_sigprocmask", SIG_HOW.SETMASK, new Uint8Array(8), null, 8),
      call(
        "execve",
        "/bin/sh",
        ["sh", "-c", `exec >${output} 2>&1 </dev/null; ${script}`],
        ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
      ),
    ]),
  ];
  return spawn(program, {
    inputs: fds,
    inherit: Object.values(fds),
    ...(directory === undefined ? {} : { cgroup: directory }),
  });
}

/** The same, for `exec sleep`; waits until it sleeps. */
export async function startSleep(group: Cgroup, seconds: number): Promise<Child> {
  const child = startIn(group, `exec sleep ${seconds}`);
  await until(() => readFileSync(`/proc/${child.pid}/comm`, "utf8") === "sleep\n", "the process sleeps");
  return child;
}

/** Runs a shell in the group to its end. */
export async function runIn(group: Cgroup, script: string, output?: string): Promise<number | null> {
  return (await waitFor(startIn(group, script, output).pidfd)).code;
}

/** Waits until something is so; programs take a minute to start in an emulated guest. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (const end = performance.now() + 240_000; !condition();) {
    if (performance.now() > end) throw new Error(`waited four minutes until ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

export function openFds(): number {
  return readdirSync("/proc/self/fd").length;
}

export function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}
