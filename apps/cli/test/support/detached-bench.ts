import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxRoot, temporaryDirectory, waitFor } from "@wb/testing";
import { expect } from "vitest";
import { type Outcome, wb } from "./wb.ts";

/** A store of its own, in which tests make detached containers. */
export interface DetachedBench extends AsyncDisposable {
  readonly data: string;
  readonly run: string;
  readonly call: (...args: readonly string[]) => Promise<Outcome>;
  /** `wb run -d`. @returns the id */
  readonly start: (...args: readonly string[]) => Promise<string>;
  /** The STATUS of a container. */
  readonly status: (name: string) => Promise<string>;
}

export function detachedBench(): DetachedBench {
  const place = temporaryDirectory("wb-life-");
  const root = busyboxRoot();
  const [data, run] = [join(place.path, "data"), join(place.path, "run")];
  const call = (...args: readonly string[]): Promise<Outcome> => wb(args, { env: { WB_ROOT: data, WB_STATE: run } });
  const left = (): string[] =>
    [join(data, "containers"), join(data, "names"), join(run, "containers"), join(run, "supervised")].flatMap(listed);
  return {
    data,
    run,
    call,
    start: async (...args) => {
      const { stdout, stderr, status } = await call("run", "-d", "--rootfs", root.path, ...args);
      expect([status, stderr, stdout]).toEqual([0, "", expect.stringMatching(/^[0-9a-f]{64}\n$/)]);
      return stdout.trim();
    },
    status: async (name) =>
      (await call("ps", "-a", "--filter", `name=^${name}$`, "--format", "{{.Status}}")).stdout.trim(),
    [Symbol.asyncDispose]: async () => {
      const ids = (await call("ps", "-aq", "--no-trunc")).stdout.split("\n").filter(Boolean);
      if (ids.length > 0) await call("rm", "-f", ...ids);
      await waitFor(() => expect(left()).toEqual([]));
      root[Symbol.dispose]();
      place[Symbol.dispose]();
    },
  };
}

function listed(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** The pids of processes with just this command line, of which an id is a part: nobody else's. */
export function pidsOf(commandLine: string): number[] {
  return listed("/proc")
    .filter((name) => /^\d+$/.test(name) && textOf(`/proc/${name}/cmdline`) === `${commandLine}\0`)
    .map(Number);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/** Kills the supervisor of a container, and waits until it is gone. */
export async function killSupervisor(id: string): Promise<void> {
  const pids = await waitFor(() => {
    const found = pidsOf(`wb-supervisor ${id}`);
    expect(found).toHaveLength(1);
    return found;
  });
  for (const pid of pids) process.kill(pid, "SIGKILL");
  await waitFor(() => expect(pidsOf(`wb-supervisor ${id}`)).toEqual([]));
}
