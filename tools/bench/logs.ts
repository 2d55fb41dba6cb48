/** tools/pnpm bench:logs [--rounds N] [--megabytes N]: the log of a container that writes as fast as it can, by wb, conmon and docker in turn. */
import { parseArgs } from "node:util";
import { type Requirement, temporaryDirectory, unmet } from "@wb/testing";
import { conmonContender } from "./src/logs/conmon.ts";
import type { LogContender } from "./src/logs/contender.ts";
import { dockerContender } from "./src/logs/docker.ts";
import { openPlace, type Place } from "./src/logs/place.ts";
import { residentOf } from "./src/logs/resident.ts";
import { wbContender } from "./src/logs/wb.ts";
import { ratios, type Spread, spread } from "./src/statistics.ts";

/** Bytes of a write(2), and the part of all bytes that is written in such: short ones take longer. */
const WRITES = [
  { title: "writes of 64 KiB", blockSize: 65_536, part: 1 },
  { title: "writes of one line of 64 bytes", blockSize: 64, part: 1 / 16 },
] as const;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: { type: "string", default: "5" }, megabytes: { type: "string", default: "64" } },
  });
  const [rounds, megabytes] = [Number(values.rounds), Number(values.megabytes)];
  if (![rounds, megabytes].every((number) => Number.isInteger(number) && number > 0)) {
    console.error("bench:logs: --rounds and --megabytes take whole numbers above 0");
    return 2;
  }
  for (const requirement of ["root", "command:busybox", "command:runc"] satisfies Requirement[]) {
    const why = unmet(requirement);
    if (why === undefined) continue;
    console.error(`bench:logs: needs ${requirement} (${why})`);
    return 1;
  }
  await measure(rounds, megabytes);
  return 0;
}

async function measure(rounds: number, megabytes: number): Promise<void> {
  using scratch = temporaryDirectory("wb-bench-logs-");
  using place = openPlace(megabytes);
  await using docker = await dockerContender(place, scratch.path);
  const contenders = [wbContender(place, scratch.path), conmonContender(place, scratch.path), docker];
  for (const { title, blockSize, part } of WRITES) {
    const bytes = megabytes * 2 ** 20 * part;
    const samples = new Map(contenders.map(({ name }) => [name, [] as Sample[]]));
    for (let round = -1; round < rounds; round += 1) {
      const first = (round + 1) % contenders.length;
      for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
        const sample = await sampleOf(contender, place, { blockSize, bytes });
        // The first round fills caches.
        if (round >= 0) samples.get(contender.name)?.push(sample);
      }
    }
    console.log(
      `\n${title}, ${bytes / 2 ** 20} MiB; medians of ${rounds} rounds, in turn (p10–p90 of the rounds' ratios to wb)`,
    );
    const own = samples.get("wb")?.map(({ wall }) => wall) ?? [];
    for (const { name, log } of contenders)
      console.log(`  ${textOf(name, log, { bytes, own, of: samples.get(name) ?? [] })}`);
  }
}

interface Sample {
  readonly wall: number;
  /** kB of what is there for this container alone, before and after. */
  readonly before: number;
  readonly after: number;
  readonly shared: number | undefined;
}

async function sampleOf(
  { start }: LogContender,
  place: Place,
  written: { readonly blockSize: number; readonly bytes: number },
): Promise<Sample> {
  await using container = await start(place.script(written));
  const { supervisors, shared } = container;
  const before = residentOf(supervisors).pss;
  const wall = await place.time();
  return {
    wall,
    before,
    after: residentOf(supervisors).pss,
    shared: shared === undefined ? undefined : residentOf([shared]).pss,
  };
}

function textOf(
  name: string,
  log: string,
  { bytes, own, of }: { readonly bytes: number; readonly own: readonly number[]; readonly of: readonly Sample[] },
): string {
  const walls = of.map(({ wall }) => wall);
  const median = (key: "before" | "after" | "shared"): number => spread(of.map((one) => one[key] ?? 0)).median;
  const speed = bytes / 1e6 / (spread(walls).median / 1000);
  const shared = of[0]?.shared === undefined ? "" : `, and ${median("shared")} kB of its daemon`;
  const ratio = name === "wb" ? "" : `, time × ${ratioText(spread(ratios(walls, own)))} of wb's`;
  return `${name} (${log}): ${speed.toFixed(0)} MB/s${ratio}; supervisor ${median("before")} kB, then ${median("after")} kB${shared}`;
}

function ratioText({ p10, median, p90 }: Spread): string {
  return `${median.toFixed(2)} (${p10.toFixed(2)}–${p90.toFixed(2)})`;
}
