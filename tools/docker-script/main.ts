/** tools/pnpm docker-script: one script of docker's commands, run by docker and by wb, line by line; see README.md. */
import { constants } from "node:os";
import { join } from "node:path";
import { unmet } from "@wb/testing";
import { runInSandbox } from "../engines/sandbox.ts";

const NEEDS = ["root", "command:busybox", "command:ip", "command:dockerd", "command:docker"] as const;

process.exitCode = await main(process.argv.slice(2));

/** The status: how many lines differ without a reason; docker's 125 when it could not begin. */
async function main(args: readonly string[]): Promise<number> {
  for (const requirement of NEEDS) {
    const why = unmet(requirement);
    if (why === undefined) continue;
    console.error(`docker-script: needs ${requirement} (${why}); Debian: docker.io busybox-static iproute2`);
    return 125;
  }
  const stop = new AbortController();
  let stopped = 125;
  for (const name of ["SIGHUP", "SIGINT", "SIGTERM"] as const)
    process.on(name, () => {
      stopped = 128 + constants.signals[name];
      stop.abort();
    });
  const inside = [process.execPath, ...process.execArgv, join(import.meta.dirname, "inside.ts")];
  const command = (place: string): string[] => [...inside, place, ...args];
  return (await runInSandbox({ command, v1: false, signal: stop.signal })) ?? stopped;
}
