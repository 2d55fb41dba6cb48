import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runcSpec } from "../runc-spec.ts";
import type { LogContender } from "./contender.ts";
import { parentOf, type Place } from "./place.ts";
import { until } from "./until.ts";

/** conmon(8), the supervisor of podman and CRI-O, as they start it; runc makes the container. */
export function conmonContender(place: Place, scratch: string): LogContender {
  return {
    name: "conmon",
    log: "k8s-file, not rotated",
    start: async (script) => {
      const id = randomBytes(16).toString("hex");
      const bundle = join(scratch, id);
      mkdirSync(bundle);
      writeFileSync(join(bundle, "config.json"), JSON.stringify(runcSpec(place.root, ["sh", "-c", script])));
      const pidFile = join(bundle, "pid");
      const names = ["-c", id, "-u", id, "-n", id, "-b", bundle, "-p", pidFile, "--exit-dir", bundle];
      const runc = execFileSync("which", ["runc"], { encoding: "utf8" }).trim();
      execFileSync("conmon", [
        "--full-attach",
        "--api-version",
        "1",
        ...names,
        "-r",
        runc,
        "-l",
        `k8s-file:${join(bundle, "log")}`,
        "--log-level",
        "error",
      ]);
      await until(() => existsSync(pidFile) && readFileSync(pidFile, "utf8") !== "", "conmon has made its container");
      execFileSync("runc", ["start", id]);
      return {
        supervisors: [parentOf(Number(readFileSync(pidFile, "utf8")))],
        [Symbol.asyncDispose]: async () => {
          execFileSync("runc", ["delete", "-f", id]);
          rmSync(bundle, { recursive: true, force: true });
        },
      };
    },
  };
}
