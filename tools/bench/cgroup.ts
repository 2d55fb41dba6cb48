/** tools/pnpm bench:cgroup [--rounds N]: @wb/cgroup against the same writes from a shell, in turn in one run. */
import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { unmet } from "@wb/testing";
import { cycleByShell, cycleByWb, parking } from "./src/cgroup/cycle.ts";
import { hundredGroups, statsByCat, statsByWb } from "./src/cgroup/hundred.ts";
import { byShell, type Shell, startShell } from "./src/cgroup/shell.ts";
import type { Runner } from "./src/contender.ts";
import { interleave, RUNS } from "./src/interleave.ts";
import { ratios, spread } from "./src/statistics.ts";

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: "string", default: "20" } } });
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds > 0)) {
    console.error(`bench:cgroup: --rounds takes a whole number above 0, not ${values.rounds}`);
    return 2;
  }
  const why = unmet("root");
  if (why !== undefined) {
    console.error(`bench:cgroup: needs root (${why})`);
    return 1;
  }
  await using shell = startShell();
  await using parked = parking();
  await using groups = hundredGroups();
  const before = openFds();
  const comparisons = rows(shell, parked.pid, groups.paths);
  const runners = new Map(
    comparisons.flatMap(({ title, wb, others }): [string, Runner][] => [
      [title, wb],
      ...Object.entries(others).map(([name, runner]): [string, Runner] => [`${title}: ${name}`, runner]),
    ]),
  );
  const samples = await interleave(runners, { rounds, warmUp: 5 });
  for (const { title, others } of comparisons) {
    const ours = samples.get(title)?.wall ?? [];
    console.log(`${title}: ${spread(ours).median.toFixed(2)} ms`);
    for (const name of Object.keys(others)) {
      const theirs = samples.get(`${title}: ${name}`)?.wall ?? [];
      const { p10, median, p90 } = spread(ratios(theirs, ours));
      console.log(`  ${name}: ${median.toFixed(2)} times that (p10–p90 ${p10.toFixed(2)}–${p90.toFixed(2)})`);
    }
  }
  console.log(`\nMedians of ${rounds} rounds, each the mean of ${RUNS} runs; more than 1 means that wb is faster.`);
  console.log(`Open descriptors before and after: ${before}, ${openFds()}.`);
  return openFds() === before ? 0 : 1;
}

interface Row {
  readonly title: string;
  readonly wb: Runner;
  readonly others: Readonly<Record<string, Runner>>;
}

function rows(shell: Shell, pid: number, paths: readonly string[]): Row[] {
  const cycles = [undefined, pid].map((one): Row => {
    const script = cycleByShell(one);
    return {
      title: one === undefined ? "create + five limits + remove" : "create + five limits + add + remove",
      wb: cycleByWb(one),
      others: { "a shell that runs already": () => shell.run(script), "sh -c": byShell(script) },
    };
  });
  const files = statsByCat(paths);
  return [
    ...cycles,
    { title: "stats of 100 cgroups", wb: statsByWb(paths), others: { "cat of the same files": files } },
  ];
}

function openFds(): number {
  return readdirSync("/proc/self/fd").length;
}
