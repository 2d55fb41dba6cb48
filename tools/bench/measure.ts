/**
 * The measuring process; main.ts starts it with the container's root, a scratch directory and the options. Node's
 * child_process forks, which takes the longer the more memory this process has: so it loads nothing that is not measured.
 */
import { spawnSync } from "node:child_process";
import { type Comparison, comparisons } from "./src/comparisons.ts";
import type { Runner } from "./src/contender.ts";
import { interleave, RUNS } from "./src/interleave.ts";
import { observe, type Isolation } from "./src/observe.ts";
import { type Options, parseOptions } from "./src/options.ts";
import type { Places } from "./src/peers.ts";
import { isolationText, resultOf, table } from "./src/report.ts";

async function measure(places: Places, options: Options): Promise<void> {
  const say = options.json ? (): void => undefined : (text: string): void => console.log(text);
  const { chosen, missing } = choose(comparisons(places), options);
  for (const reason of missing) say(reason);

  const contenders = new Map(chosen.flatMap(({ other, wb }) => [other, wb]).map((each) => [each.name, each]));
  // It may have to build first.
  if (contenders.has("./wb run")) await contenders.get("./wb run")?.prepare({ argv: ["/bin/true"] })();
  const isolated = chosen.filter(({ observed }) => observed);
  const isolations = await observeAll(isolated, places);
  for (const comparison of isolated) say(`\n${isolationText(comparison, isolations)}`);

  const runners = new Map(
    [...contenders].map(([name, each]): [string, Runner] => [name, each.prepare({ argv: ["/bin/true"] })]),
  );
  const start = performance.now();
  const samples = await interleave(runners, { rounds: options.rounds, warmUp: WARM_UP });
  const seconds = (performance.now() - start) / 1000;
  const results = chosen.map((comparison) => resultOf(comparison, samples));
  if (options.json)
    console.log(
      JSON.stringify({ rounds: options.rounds, missing, results, isolation: Object.fromEntries(isolations) }),
    );
  say(`\n${table(results)}\n`);
  say(explanation({ rounds: options.rounds, seconds }));
}

function explanation({ rounds, seconds }: { readonly rounds: number; readonly seconds: number }): string {
  const size = Math.round(process.memoryUsage().rss / 2 ** 20);
  return [
    `× is what the row's first takes for what the second takes: the median of ${rounds} rounds (${seconds.toFixed(0)} s). Each round runs`,
    `all in turn, from another one on: each once for nothing and then ${RUNS} times. A run starts /bin/true in one busybox`,
    `root and waits for it: programs by child_process.spawn and its "exit" (libuv forks this process of ${size} MB), unless`,
    "the row says otherwise; wb by spawn of @wb/ns in this process. CPU is that of this process and of all its children.",
    "Milliseconds are medians, to be compared within this table only.",
  ].join("\n");
}

/** Enough for V8 to compile what runs in this process. */
const WARM_UP = 10;

function choose(all: readonly Comparison[], { only }: Options): { chosen: Comparison[]; missing: string[] } {
  const wanted = all.filter(({ subject }) => only === undefined || subject === only || subject === undefined);
  const missing = new Set(wanted.flatMap(({ needs }) => (needs === undefined || isInstalled(needs) ? [] : [needs])));
  return {
    chosen: wanted.filter(({ needs }) => needs === undefined || !missing.has(needs)),
    missing: [...missing].map((name) => `${name} is not installed, and not measured`),
  };
}

function isInstalled(name: string): boolean {
  return spawnSync(name, ["--version"]).error === undefined;
}

/** Every container is made once before anything is measured: one that cannot be made ends it here, by its own message. */
async function observeAll(compared: readonly Comparison[], places: Places): Promise<Map<string, Isolation>> {
  const isolations = new Map<string, Isolation>();
  for (const contender of compared.flatMap(({ other, wb }) => [other, wb])) {
    if (!isolations.has(contender.name)) isolations.set(contender.name, await observe(contender, places));
  }
  return isolations;
}

const [root = "", scratch = "", ...args] = process.argv.slice(2);
await measure({ root, scratch }, parseOptions(args));
