import { spawnSync } from "node:child_process";
import { UserError } from "../../user-error.ts";

/**
 * What ps(1) of this machine prints of its processes.
 *
 * @param options as docker top has them: `-ef` where none are given
 * @returns undefined where there is no ps
 * @throws UserError with what ps says
 */
export function psOutput(options: readonly string[]): string | undefined {
  const { stdout, stderr, status, error } = spawnSync("ps", options, { encoding: "utf8", maxBuffer: MOST_BYTES });
  if (error !== undefined && "code" in error && error.code === "ENOENT") return undefined;
  if (error !== undefined) throw error;
  if (status === 0) return stdout;
  throw new UserError(`ps: ${stderr.trim().split("\n")[0] ?? ""}`, {
    hint: "options of ps(1) come after the container: wb top web -o pid,cmd",
  });
}

const MOST_BYTES = 64 * 2 ** 20;
