/** tools/pnpm bench:oci [--rounds N]: `wb oci` against runc and crun, the same bundle, all in turn in one run. */
import { parseArgs } from "node:util";
import { temporaryDirectory, unmet } from "@wb/testing";
import { interleave } from "./src/interleave.ts";
import { ociBundle } from "./src/oci/bundle.ts";
import { type OciContender, ociContenders } from "./src/oci/contenders.ts";
import { memoryOfCreated } from "./src/oci/created-memory.ts";
import { becomeSubreaper } from "./src/oci/subreaper.ts";
import { ratios, type Spread, spread } from "./src/statistics.ts";

/** What is measured, by what it is of a contender. */
const TITLES = { run: "run", cycle: "create + start + wait for its end + delete" } as const;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: "string", default: "20" } } });
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds > 0)) {
    console.error(`bench:oci: --rounds takes a whole number above 0, not ${values.rounds}`);
    return 2;
  }
  for (const requirement of ["root", "command:busybox", "command:runc"] as const) {
    const why = unmet(requirement);
    if (why === undefined) continue;
    console.error(`bench:oci: needs ${requirement} (${why})`);
    return 1;
  }
  await measure(rounds);
  return 0;
}

async function measure(rounds: number): Promise<void> {
  using scratch = temporaryDirectory("wb-bench-oci-");
  using bundle = ociBundle();
  becomeSubreaper();
  const contenders = await working(ociContenders({ bundle: bundle.path, scratch: scratch.path }));
  const [first, ...others] = contenders;
  if (first === undefined) return;
  for (const kind of ["run", "cycle"] as const) {
    const runners = new Map(contenders.map((contender) => [contender.name, contender[kind]]));
    const samples = await interleave(runners, { rounds, warmUp: 2, runs: 1 });
    const of = (name: string): { wall: readonly number[]; cpu: readonly number[] } =>
      samples.get(name) ?? { wall: [], cpu: [] };
    console.log(`\n${TITLES[kind]}`);
    console.log(`  ${first.name}: ${milliseconds(of(first.name))}`);
    for (const { name } of others) {
      const [wall, cpu] = (["wall", "cpu"] as const).map((what) =>
        text(spread(ratios(of(name)[what], of(first.name)[what]))),
      );
      console.log(`  ${name}: time × ${wall}, CPU × ${cpu} of ${first.name}'s; ${milliseconds(of(name))}`);
    }
  }
  console.log("\na created container: proportional set size of its process");
  for (const contender of contenders)
    console.log(`  ${contender.name}: ${await memoryOfCreated(await contender.hold())}`);
  console.log(
    `\nMedians of ${rounds} rounds, p10–p90 of the rounds' ratios; less than 1 is faster. CPU is user and system time of this\nprocess and of all that it started, containers' processes among them. The command is /bin/true.`,
  );
}

/** crun refuses a hybrid layout of cgroups (`tools/pnpm vm` has another): what cannot make a container here is said, and left out. */
async function working(contenders: readonly OciContender[]): Promise<OciContender[]> {
  const able: OciContender[] = [];
  for (const contender of contenders) {
    try {
      await contender.cycle();
      able.push(contender);
    } catch (error) {
      console.log(`${contender.name} makes no container here, and is not measured: ${(error as Error).message}`);
    }
  }
  return able;
}

function milliseconds({ wall, cpu }: { readonly wall: readonly number[]; readonly cpu: readonly number[] }): string {
  return `${spread(wall).median.toFixed(1)} ms, ${spread(cpu).median.toFixed(1)} ms of CPU`;
}

function text({ p10, median, p90 }: Spread): string {
  return `${median.toFixed(2)} (${p10.toFixed(2)}–${p90.toFixed(2)})`;
}
