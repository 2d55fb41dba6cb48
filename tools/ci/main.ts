/**
 * Runs each package's tests in a privileged container of its own, one line for each: by `wb run --privileged` of this
 * checkout, or by docker or podman. Ends with `N passed, N failed, N skipped`, and 1 if anything failed.
 */
import { execFile } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { countTests, describeTotals, type Totals } from "../test-report.ts";
import { type Engine, engine, type EngineName } from "./engines.ts";

const root = join(import.meta.dirname, "../..");
const USAGE = `usage: tools/ci-container [--engine wb|docker|podman] [PACKAGE…]
PACKAGE is a name: @wb/ns. Default: all`;

/** What takes minutes, and says nothing in a container that it does not say on the machine. */
const NOT_AGAIN = ["oci/{attacks,crun,engines,exec,faults,hooks,peer}*", "killed*", "root.*"].map(
  (name) => `--exclude=**/test/${name}`,
);

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = parse(args);
  if (options === undefined) {
    console.error(USAGE);
    return 2;
  }
  options.engine.prepare();
  const total: Totals = { passed: 0, failed: 0, skipped: 0 };
  const waiting = options.packages.toReversed();
  // None sees what is in another one. The program takes as long as all others: it begins.
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const { passed, failed, skipped } = await test(name, options.engine);
      total.passed += passed;
      total.failed += failed;
      total.skipped += skipped;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
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

async function test(name: string, { argv }: Engine): Promise<Totals> {
  const directory = join(root, ".tools/ci-container");
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${name.replace("/", "-")}.json`);
  rmSync(file, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`, ...NOT_AGAIN];
  const [command, ...args] = argv([join(root, "tools/pnpm"), "--filter", name, "test", ...reporters]);
  const start = performance.now();
  const { status, stdout, stderr } = await outcomeOf(command, args);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const lines: string[] = [];
  const totals = countTests(file, { root, status, mustRun: true, say: (line) => lines.push(`${name}: ${line}`) });
  console.log(
    `${totals.failed === 0 ? "ok    " : "FAILED"} ${name.padEnd(13)} ${describeTotals(totals)} (${seconds} s)`,
  );
  if (totals.failed > 0) console.log([stdout, stderr, ...lines].join("\n"));
  return totals;
}

interface Outcome {
  /** Null after a signal. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Without input. @throws when it cannot be executed */
function outcomeOf(command: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { maxBuffer: 2 ** 30 }, (error, stdout, stderr) => {
      if (child.pid === undefined) reject(error ?? new Error(`${command} did not start`));
      else resolve({ status: child.exitCode, stdout, stderr });
    });
    child.stdin?.end();
  });
}
