/**
 * tools/pnpm bench:many [N]: N detached containers at once are started, listed, measured, stopped and removed, and what each costs beyond
 * its own command is set beside podman's conmon and docker's shim. In the machine of tools/engines, which ends with it.
 */
import { constants } from "node:os";
import { join } from "node:path";
import { unmet } from "@wb/testing";
import { runInSandbox } from "../engines/sandbox.ts";

process.exitCode = await main(process.argv.slice(2));

async function main([count = "200"]: readonly string[]): Promise<number> {
  if (!/^[1-9]\d{0,4}$/.test(count)) {
    console.error(`many: ${JSON.stringify(count)} is not a number of containers\nusage: tools/pnpm bench:many [200]`);
    return 2;
  }
  for (const requirement of ["root", "command:busybox", "command:ip"] as const) {
    const why = unmet(requirement);
    if (why === undefined) continue;
    console.error(`many: needs ${requirement} (${why})`);
    return 1;
  }
  const stop = new AbortController();
  let stopped = 1;
  for (const name of ["SIGHUP", "SIGINT", "SIGTERM"] as const)
    process.on(name, () => {
      stopped = 128 + constants.signals[name];
      stop.abort();
    });
  const inside = [process.execPath, ...process.execArgv, join(import.meta.dirname, "src/many/inside.ts")];
  const command = (place: string): string[] => [...inside, place, count];
  return (await runInSandbox({ command, v1: false, signal: stop.signal })) ?? stopped;
}
