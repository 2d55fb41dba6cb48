import { execFile, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Memory, memoryOf } from "./memory-of.ts";

export interface Many {
  /** What was done, and how long it took. */
  readonly lines: readonly string[];
  readonly memory: Memory;
  readonly root: string;
}

interface Place {
  readonly wb: string;
  readonly env: NodeJS.ProcessEnv;
  readonly root: string;
  readonly count: number;
}

const execute = promisify(execFile);

/** Leads many containers from their start to their removal. @throws Error where one is missing, or something is left */
export async function leadMany({ wb, env, root, count }: Place): Promise<Many> {
  const lines: string[] = [];
  const call = async (...args: readonly string[]): Promise<string> =>
    (await execute(wb, args, { env, maxBuffer: 2 ** 26 })).stdout;
  const timed = async <T>(name: string, action: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await action();
    lines.push(`${name} ${((performance.now() - start) / 1000).toFixed(1)} s`);
    return result;
  };

  const ids: string[] = [];
  await timed("started in", async () => {
    const starter = async (): Promise<void> => {
      for (let index = ids.push("") - 1; index < count; index = ids.push("") - 1)
        ids[index] = (await call("run", "-d", "--name", `many${index}`, "--rootfs", root, "sleep", "1000")).trim();
    };
    await Promise.all(Array.from({ length: availableParallelism() * 2 }, starter));
  });
  ids.length = count;
  const listed = (await call("ps", "-q", "--no-trunc")).trim().split("\n").toSorted();
  if (listed.join() !== ids.toSorted().join()) throw new Error(`${listed.length} of ${count} containers are listed`);
  lines.push(`ps takes ${ratioToNode(wb, env)} of the time of node -e 0`);
  const pids = (await call("inspect", "-f", "{{.State.Pid}}", ...ids)).trim().split("\n").map(Number);
  const memory = memoryOf(pids);
  const stats = await timed("stats in", () => call("stats", "--no-stream", "--no-trunc", "--format", "{{.ID}}"));
  if (stats.trim().split("\n").length !== count) throw new Error(`stats has ${stats.trim().split("\n").length} rows`);
  await timed("stopped in", () => call("stop", "-t", "0", ...ids));
  await timed("removed in", () => call("rm", ...ids));
  const left = ["containers", "names"].flatMap((name) => readdirSync(join(env["WB_ROOT"] ?? "", name)));
  const running = ["containers", "supervised"].flatMap((name) => readdirSync(join(env["WB_STATE"] ?? "", name)));
  if (left.length + running.length > 0) throw new Error(`left: ${[...left, ...running].join(" ")}`);
  lines.push("nothing is left");
  return { lines, memory, root };
}

const ROUNDS = 15;

/** The median of the quotients of rounds in which both ran in turn, with their spread. */
function ratioToNode(wb: string, env: NodeJS.ProcessEnv): string {
  const quotients = Array.from({ length: ROUNDS }, () => {
    const node = time(process.execPath, ["-e", "0"], env);
    return time(wb, ["ps"], env) / node;
  }).toSorted((one, other) => one - other);
  const at = (share: number): string => (quotients[Math.floor(share * (ROUNDS - 1))] ?? NaN).toFixed(2);
  return `${at(0.5)} (p10-p90 ${at(0.1)}-${at(0.9)})`;
}

function time(program: string, args: readonly string[], env: NodeJS.ProcessEnv): number {
  const start = performance.now();
  const { status } = spawnSync(program, args, { env, stdio: ["ignore", "pipe", "inherit"], maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${status}`);
  return performance.now() - start;
}
