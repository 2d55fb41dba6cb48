/** What runs in the machine of the measurement: inside.ts PLACE ROUNDS. */
import { existsSync } from "node:fs";
import { busyboxRoot, unmet } from "@wb/testing";
import type { Runner } from "../contender.ts";
import { interleave } from "../interleave.ts";
import { ratios, spread } from "../statistics.ts";
import { CNI, connectByCni } from "./cni.ts";
import { connectByIp, connectByWb } from "./connect.ts";
import { machines } from "./machines.ts";
import { publishByNft, publishByWb, published } from "./publish.ts";
import { RUNS } from "./runs.ts";
import { dockerPair, wbPair } from "./throughput.ts";

/** Until V8 has compiled what is called most: all are of a process that goes on for long. */
const WARM_UP = 12;
const PUBLISHED = 1000;

await main(process.argv.slice(2));

async function main([place = "", count = ""]: readonly string[]): Promise<void> {
  const rounds = Number(count);
  const hasCni = existsSync(`${CNI}/bridge`);
  {
    using all = machines();
    await compare("connect a namespace to a bridge", rounds, [
      ["wb", connectByWb(all)],
      ["ip -batch, once for each side", connectByIp(all, place)],
      ...(hasCni ? ([["CNI's bridge plugin", connectByCni(all)]] as const) : []),
    ]);
  }
  published(PUBLISHED);
  await compare(`publish a port beside ${PUBLISHED}`, rounds, [
    ["wb", publishByWb()],
    ["nft", publishByNft()],
  ]);
  console.log(`Medians of ${rounds} rounds, each the mean of ${RUNS} runs; more than 1 means that wb is faster.\n`);
  const why = unmet("command:iperf3") ?? unmet("command:dockerd");
  if (why === undefined) throughput(place, rounds);
  else console.log(`throughput is not measured: ${why}`);
}

async function compare(
  title: string,
  rounds: number,
  contenders: readonly (readonly [name: string, runner: Runner])[],
): Promise<void> {
  const samples = await interleave(new Map(contenders), { rounds, warmUp: WARM_UP, runs: RUNS });
  const ours = samples.get("wb")?.wall ?? [];
  console.log(`${title}: ${spread(ours).median.toFixed(3)} ms`);
  for (const [name, { wall }] of samples)
    if (name !== "wb") console.log(`  ${name}: ${text(ratios(wall, ours))} times that`);
}

function throughput(place: string, rounds: number): void {
  using root = busyboxRoot();
  using docker = dockerPair(place, root.path);
  using wb = wbPair(place, root.path);
  const samples = new Map<string, number[]>([docker, wb].map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const each of round % 2 === 0 ? [wb, docker] : [docker, wb]) samples.get(each.name)?.push(each.measure());
  const ours = samples.get("wb") ?? [];
  console.log(`from one container to another on its bridge, iperf3: ${spread(ours).median.toFixed(1)} Gbit/s`);
  console.log(`  of docker's: ${text(ratios(ours, samples.get("docker") ?? []))} times those`);
}

function text(samples: readonly number[]): string {
  const { p10, median, p90 } = spread(samples);
  return `${median.toFixed(2)} (p10–p90 ${p10.toFixed(2)}–${p90.toFixed(2)})`;
}
