import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Case, Outcome } from "./case.ts";
import type { Running } from "./engine/running.ts";
import { traces } from "./left.ts";
import { normalise } from "./normalise.ts";
import { waitFor } from "./wait-for.ts";

export interface Runtime {
  /** What engines are told: the runtime or what records its calls. */
  readonly path: string;
  readonly log: string | undefined;
}

export interface Situation {
  readonly place: string;
  readonly runtime: Runtime;
  readonly engine: Running;
}

/** Runs a case with one runtime, and takes its containers away. */
export function runCase(one: Case, { place, runtime, engine }: Situation): Outcome {
  const directory = join(place, "case");
  mkdirSync(directory, { mode: 0o755 });
  const before = traces();
  const logged = runtime.log === undefined ? 0 : calls(runtime.log).length;
  const environment = { RUNTIME: runtime.path, C: "box", I: "busybox", D: directory, LC_ALL: "C.UTF-8", TERM: "xterm" };
  const start = performance.now();
  const { status, stdout, stderr } = sh(`${engine.prelude}\n${one.script}`, { place, environment, limit: one.seconds });
  const seconds = (performance.now() - start) / 1000;
  sh(`${engine.prelude}\n${engine.clean}`, { place, environment });
  const left = one.leaves === true ? [] : remaining(before);
  rmSync(directory, { recursive: true, force: true });
  const clear = (text: string): string => normalise(text, { runtime: runtime.path, place });
  return {
    status,
    seconds,
    stdout: clear(stdout),
    stderr: clear(stderr),
    left: left.map(clear).map((line) => line.replace(/^process \d+/u, "process")),
    calls: runtime.log === undefined ? "" : clear(calls(runtime.log).slice(logged)),
  };
}

interface Shell {
  readonly place: string;
  readonly environment: Readonly<Record<string, string>>;
  /** In seconds. */
  readonly limit?: number | undefined;
}

/** Of a script that takes too long the status is 124; output goes to files, since what it leaves behind holds pipes open. */
function sh(
  script: string,
  { place, environment, limit = 120 }: Shell,
): { status: number; stdout: string; stderr: string } {
  const files = ["stdout", "stderr"].map((name) => join(place, name));
  const fds = files.map((path) => openSync(path, "w"));
  const env = { ...process.env, ...environment };
  const { status } = spawnSync("timeout", ["--kill-after=5", String(limit), "sh", "-c", script], {
    env,
    cwd: environment["D"],
    stdio: ["ignore", ...fds],
  });
  for (const fd of fds) closeSync(fd);
  const [stdout = "", stderr = ""] = files.map((path) => readFileSync(path, "utf8"));
  return { status: status ?? 128, stdout, stderr };
}

/** What is there after ten seconds that was not before. */
function remaining(before: ReadonlySet<string>): string[] {
  const left = (): string[] => [...traces()].filter((line) => !before.has(line));
  try {
    waitFor(() => left().length === 0, { what: "everything to be gone", seconds: 10 });
    return [];
  } catch {
    return left().toSorted();
  }
}

function calls(log: string): string {
  return existsSync(log) ? readFileSync(log, "utf8") : "";
}
