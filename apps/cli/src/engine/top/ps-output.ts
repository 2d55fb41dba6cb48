import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { UserError } from "../../user-error.ts";

/**
 * What ps(1) of this machine prints of processes, among others: of these alone with `-q`, and where other options do not go with that
 * (`f`, `-C`), of what they choose themselves. So has moby (daemon/top_unix.go).
 *
 * @param options as docker top has them: `-ef` where none are given
 * @returns undefined where there is no ps
 * @throws UserError with what ps says
 */
export function psOutput(options: readonly string[], pids: readonly number[]): string | undefined {
  const first = ps([...options, `-q${pids.join(",")}`]);
  const { stdout, stderr, status, error } = first.status === 0 || first.error !== undefined ? first : ps(options);
  if (error !== undefined && "code" in error && error.code === "ENOENT") return undefined;
  if (error !== undefined) throw error;
  if (status === 0) return stdout;
  throw new UserError(`ps: ${stderr.trim().split("\n")[0] ?? ""}`, {
    hint: "options of ps(1) come after the container: wb top web -o pid,cmd",
  });
}

function ps(options: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync("ps", options, { encoding: "utf8", maxBuffer: MOST_BYTES });
}

const MOST_BYTES = 64 * 2 ** 20;
