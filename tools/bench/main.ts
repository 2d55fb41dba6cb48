/** tools/pnpm bench [--rounds N] [--json] [--only PEER]: the primitives against other tools, all in turn in one run. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { busyboxRoot, temporaryDirectory, unmet } from "@wb/testing";
import { parseOptions, usage } from "./src/options.ts";

process.exitCode = main(process.argv.slice(2));

function main(args: readonly string[]): number {
  try {
    parseOptions(args);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`bench: ${error.message}\n${usage}`);
    return 2;
  }
  for (const requirement of ["root", "command:busybox"] as const) {
    const why = unmet(requirement);
    if (why === undefined) continue;
    console.error(`bench: needs ${requirement} (${why})`);
    return 1;
  }
  using root = busyboxRoot();
  using scratch = temporaryDirectory("wb-bench-");
  const measure = [process.execPath, ...process.execArgv, join(import.meta.dirname, "measure.ts")];
  const words = [...measure, root.path, scratch.path, ...args];
  // All contenders inherit it, and what else the machine does disturbs the measurement less.
  return spawnSync("nice", ["-n", "-20", ...words], { stdio: "inherit" }).status ?? 1;
}
