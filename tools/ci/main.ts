/**
 * Runs each package's tests in a privileged container of its own, one line for each: by `wb run --privileged` of this
 * checkout, or by docker or podman. Ends with `N passed, N failed, N skipped`, and 1 if anything failed.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { countTests, describeTotals, type Totals } from "../test-report.ts";
import { type Engine, engine, type EngineName } from "./engines.ts";

const root = join(import.meta.dirname, "../..");
const USAGE = `usage: tools/ci-container [--engine wb|docker|podman] [PACKAGE…]
PACKAGE is a name: @wb/ns. Default: all`;

/** What takes minutes, and says nothing in a container that it does not say on the machine. */
const NOT_AGAIN = ["attacks-*", "faults-*", "peer*"].map((name) => `--exclude=**/test/oci/${name}`);

process.exitCode = main(process.argv.slice(2));

function main(args: readonly string[]): number {
  const options = parse(args);
  if (options === undefined) {
    console.error(USAGE);
    return 2;
  }
  options.engine.prepare();
  const total: Totals = { passed: 0, failed: 0, skipped: 0 };
  for (const name of options.packages) {
    const { passed, failed, skipped } = test(name, options.engine);
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  console.log(`\n${describeTotals(total)}`);
  return total.failed === 0 ? 0 : 1;
}

interface Chosen {
  readonly engine: Engine;
  readonly packages: readonly string[];
}

/** Undefined for a command line that is not understood. */
function parse(args: readonly string[]): Chosen | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { engine: { type: "string", default: "wb" } },
      allowPositionals: true,
    });
    const known = packages();
    if (!isEngine(values.engine) || positionals.some((name) => !known.includes(name))) return undefined;
    return { engine: engine(values.engine, root), packages: positionals.length === 0 ? known : positionals };
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function isEngine(name: string): name is EngineName {
  return ["wb", "docker", "podman"].includes(name);
}

/** Those with tests, in the order of their names; the program, which is made of the others, last. */
function packages(): string[] {
  return ["packages/*/test", "apps/*/test"]
    .flatMap((pattern) => globSync(pattern, { cwd: root }).toSorted())
    .map((path) => {
      const manifest = readFileSync(join(root, dirname(path), "package.json"), "utf8");
      return (JSON.parse(manifest) as { name: string }).name;
    });
}

function test(name: string, { argv }: Engine): Totals {
  const directory = join(root, ".tools/ci-container");
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${name.replace("/", "-")}.json`);
  rmSync(file, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`, ...NOT_AGAIN];
  const [command, ...args] = argv([join(root, "tools/pnpm"), "--filter", name, "test", ...reporters]);
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 2 ** 30,
  });
  if (error) throw error;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const skips: string[] = [];
  const totals = countTests(file, { root, status, mustRun: true, say: (line) => skips.push(line) });
  console.log(
    `${totals.failed === 0 ? "ok    " : "FAILED"} ${name.padEnd(13)} ${describeTotals(totals)} (${seconds} s)`,
  );
  if (totals.failed > 0) console.log([...skips, stdout, stderr].join("\n"));
  return totals;
}
