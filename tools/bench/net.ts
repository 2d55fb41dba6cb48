/** tools/pnpm bench:net [--rounds N]: @wb/net against ip(8) and nft(8), in turn in one run. */
import { parseArgs } from "node:util";
import { temporaryDirectory, unmet } from "@wb/testing";
import type { Runner } from "./src/contender.ts";
import { interleave, RUNS } from "./src/interleave.ts";
import { connectByIp, connectByWb, machines } from "./src/net/connect.ts";
import { publishByNft, publishByWb, published } from "./src/net/publish.ts";
import { ratios, spread } from "./src/statistics.ts";

/** Until V8 has compiled what is called most: both are of a process that goes on for long. */
const WARM_UP = 12;
const PUBLISHED = 1000;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: "string", default: "15" } } });
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds > 0)) {
    console.error(`bench:net: --rounds takes a whole number above 0, not ${values.rounds}`);
    return 2;
  }
  const why = unmet("root") ?? unmet("command:ip") ?? unmet("command:nft");
  if (why !== undefined) {
    console.error(`bench:net: ${why}`);
    return 1;
  }
  using directory = temporaryDirectory();
  await using all = machines(2 * (rounds + WARM_UP) * (RUNS + 1));
  published(all.host, PUBLISHED);
  const comparisons: readonly (readonly [title: string, wb: Runner, peer: string, runner: Runner])[] = [
    [
      "connect a namespace to a bridge",
      connectByWb(all),
      "ip -batch, once for each side",
      connectByIp(all, directory.path),
    ],
    [`publish a port beside ${PUBLISHED}`, publishByWb(all.host), "nft", publishByNft(all.host)],
  ];
  for (const [title, wb, peer, runner] of comparisons) {
    const runners = new Map([
      ["wb", wb],
      ["peer", runner],
    ]);
    const samples = await interleave(runners, { rounds, warmUp: WARM_UP });
    const [ours, theirs] = [samples.get("wb")?.wall ?? [], samples.get("peer")?.wall ?? []];
    const { p10, median, p90 } = spread(ratios(theirs, ours));
    console.log(`${title}: ${spread(ours).median.toFixed(2)} ms`);
    console.log(`  ${peer}: ${median.toFixed(2)} times that (p10–p90 ${p10.toFixed(2)}–${p90.toFixed(2)})`);
  }
  console.log(`\nMedians of ${rounds} rounds, each the mean of ${RUNS} runs; more than 1 means that wb is faster.`);
  return 0;
}
