import { execFileSync, spawn, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import type { LogContender } from "./contender.ts";
import { parentOf, type Place } from "./place.ts";
import { until } from "./until.ts";

/** `docker run -d` with a daemon of its own; disposing of it ends that. */
export async function dockerContender(place: Place, scratch: string): Promise<LogContender & AsyncDisposable> {
  const at = join(scratch, "docker");
  mkdirSync(at);
  const host = `unix://${join(at, "socket")}`;
  const places = ["--data-root", join(at, "data"), "--exec-root", join(at, "exec"), "--pidfile", join(at, "pid")];
  const log = openSync(join(at, "log"), "w");
  const daemon = spawn("dockerd", [...places, "-H", host, "--bridge=none", "--iptables=false"], {
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const docker = (...args: readonly string[]): string =>
    execFileSync("docker", ["-H", host, ...args], { encoding: "utf8" }).trim();
  await until(() => spawnSync("docker", ["-H", host, "version"]).status === 0, "dockerd answers");
  execFileSync("sh", [
    "-c",
    `tar -C "$1" --exclude=./tmp/* -c . | docker -H "$2" import - wb-bench`,
    "sh",
    place.root,
    host,
  ]);
  return {
    name: "docker",
    log: "json-file, not rotated",
    start: async (script) => {
      const words = ["--network", "none", "-v", `${place.tmp}:/tmp`, "wb-bench", "sh", "-c", script];
      const id = docker("run", "-d", ...words);
      const pid = Number(docker("inspect", "--format", "{{.State.Pid}}", id));
      return {
        supervisors: [parentOf(pid)],
        ...(daemon.pid === undefined ? {} : { shared: daemon.pid }),
        [Symbol.asyncDispose]: async () => void docker("rm", "-f", id),
      };
    },
    [Symbol.asyncDispose]: async () => {
      daemon.kill("SIGTERM");
      await until(() => daemon.exitCode !== null || daemon.signalCode !== null, "dockerd ends");
    },
  };
}
