/** tools/pnpm engines: an OCI runtime against runc below docker, containerd and podman, case by case; see README.md. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { unmet } from "@wb/testing";
import { unknownCases } from "./group.ts";
import { parseOptions, usage } from "./options.ts";
import { runInSandbox } from "./sandbox.ts";

/** docker's status for a failure before the command. */
const FAILED = 125;
const root = join(import.meta.dirname, "../..");

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const { runtime, v1, engines, cases } = parseOptions(args, join(root, "bin/wb-oci"));
    const [unknown] = unknownCases(engines, cases);
    if (unknown !== undefined) throw new TypeError(`no case of ${engines.join(", ")} has ${unknown} in its name`);
    for (const requirement of ["root", "command:busybox", "command:runc", "command:ip"] as const) {
      const why = unmet(requirement);
      if (why !== undefined) throw new Error(`needs ${requirement} (${why})`);
    }
    if (!existsSync(runtime)) throw new Error(`there is no runtime ${runtime}\nhint: --runtime PATH takes another one`);
    // A runtime of a clone may build itself at its first call, for which no engine waits.
    if (spawnSync(runtime, ["--version"]).status !== 0) throw new Error(`${runtime} --version fails`);
    return await run(args, v1);
  } catch (error) {
    console.error(`engines: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof TypeError) console.error(usage);
    return FAILED;
  }
}

async function run(args: readonly string[], v1: boolean): Promise<number> {
  const stop = new AbortController();
  let stopped = FAILED;
  for (const name of ["SIGHUP", "SIGINT", "SIGTERM"] as const)
    // More than one comes: of the terminal or timeout(1), and of pnpm, which passes its own on.
    process.on(name, () => {
      stopped = 128 + constants.signals[name];
      stop.abort();
    });
  const inside = [process.execPath, ...process.execArgv, join(import.meta.dirname, "inside.ts")];
  const status = await runInSandbox({ command: (place) => [...inside, place, ...args], v1, signal: stop.signal });
  return status ?? stopped;
}
