import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { LogContender } from "./contender.ts";
import { parentOf, type Place } from "./place.ts";

/** `wb run -d`. */
export function wbContender(place: Place, scratch: string): LogContender {
  const env = { ...process.env, WB_ROOT: join(scratch, "wb"), WB_STATE: join(scratch, "wb-run") };
  const wb = (...args: readonly string[]): string =>
    execFileSync(join(import.meta.dirname, "../../../../wb"), [...args], { env, encoding: "utf8" }).trim();
  return {
    name: "wb",
    log: "records, not rotated",
    start: async (script) => {
      const id = wb("run", "-d", "--log-opt", "max-size=-1", "--rootfs", place.root, "sh", "-c", script);
      const pid = Number(wb("inspect", "--format", "{{.State.Pid}}", id));
      return { supervisors: [parentOf(pid)], [Symbol.asyncDispose]: async () => void wb("rm", "-f", id) };
    },
  };
}
