/**
 * tools/pnpm bench:net [--rounds N]: @wb/net against ip(8), CNI's bridge plugin and nft(8), and wb0 against docker0, in turn in one run. In the
 * machine of tools/engines, which ends with it.
 */
import { constants } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { unmet } from "@wb/testing";
import { runInSandbox } from "../engines/sandbox.ts";

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: "string", default: "15" } } });
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds > 0)) {
    console.error(`bench:net: --rounds takes a whole number above 0, not ${values.rounds}`);
    return 2;
  }
  for (const requirement of ["root", "command:ip", "command:nft", "command:busybox"] as const) {
    const why = unmet(requirement);
    if (why === undefined) continue;
    console.error(`bench:net: needs ${requirement} (${why})`);
    return 1;
  }
  const stop = new AbortController();
  let stopped = 1;
  for (const name of ["SIGHUP", "SIGINT", "SIGTERM"] as const)
    process.on(name, () => {
      stopped = 128 + constants.signals[name];
      stop.abort();
    });
  const inside = [process.execPath, ...process.execArgv, join(import.meta.dirname, "src/net/inside.ts")];
  const command = (place: string): string[] => [...inside, place, String(rounds)];
  return (await runInSandbox({ command, v1: false, signal: stop.signal })) ?? stopped;
}
