/**
 * tools/pnpm bench:layers [--rounds N] [--entries N] [--megabytes N]: unpacking and packing of a layer by @wb/overlay, GNU tar and
 * umoci, in turn, each on a fresh ext4 file system in a file.
 */
import { parseArgs } from "node:util";
import { type Requirement, temporaryDirectory, unmet } from "@wb/testing";
import { CONTENDERS } from "./src/layers/contenders.ts";
import { freshDisk } from "./src/layers/fresh-disk.ts";
import { makeLayer } from "./src/layers/make-layer.ts";
import { type Measured, measured } from "./src/layers/measured.ts";
import { ratios, type Spread, spread } from "./src/statistics.ts";

process.exitCode = main(process.argv.slice(2));

function main(args: readonly string[]): number {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "5" },
      entries: { type: "string", default: "20000" },
      megabytes: { type: "string", default: "300" },
    },
  });
  const [rounds = 0, entries = 0, megabytes = 0] = [values.rounds, values.entries, values.megabytes].map(Number);
  if (![rounds, entries, megabytes].every((number) => Number.isInteger(number) && number > 0)) {
    console.error("bench:layers: --rounds, --entries and --megabytes take whole numbers above 0");
    return 2;
  }
  for (const requirement of ["root", "command:mkfs.ext4", "command:zstd"] satisfies Requirement[]) {
    const why = unmet(requirement);
    if (why === undefined) continue;
    console.error(`bench:layers: needs ${requirement} (${why})`);
    return 1;
  }
  measure(rounds, { entries, megabytes });
  return 0;
}

function measure(rounds: number, size: { readonly entries: number; readonly megabytes: number }): void {
  using scratch = temporaryDirectory("wb-bench-layers-");
  const layer = makeLayer(scratch.path, size);
  const contenders = CONTENDERS.filter(
    ({ requirement }) => requirement === undefined || unmet(requirement) === undefined,
  );
  const samples = new Map(contenders.map(({ name }) => [name, [] as Measured[]]));
  for (let round = -1; round < rounds; round += 1) {
    const first = (round + 1) % contenders.length;
    for (const { name, argv } of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      using disk = freshDisk(scratch.path, 2 * size.megabytes + 500);
      const sample = measured(argv({ ...layer, directory: disk.path }));
      // The first round fills caches.
      if (round >= 0) samples.get(name)?.push(sample);
    }
  }
  console.log(
    `${size.entries} files, ${size.megabytes} MB; medians of ${rounds} rounds, in turn (p10–p90 of the rounds' ratios)`,
  );
  for (const { name, aims } of contenders) {
    const of = samples.get(name) ?? [];
    const walls = of.map(({ seconds }) => seconds);
    const beside = Object.entries(aims ?? {}).flatMap(([other, aim]) => {
      const others = samples.get(other)?.map(({ seconds }) => seconds);
      return others === undefined ? [] : [`× ${ratioText(spread(ratios(walls, others)))} of ${other} (aim ${aim})`];
    });
    const peak = spread(of.map(({ peakMegabytes }) => peakMegabytes)).median;
    console.log(
      `  ${[`${name}: ${spread(walls).median.toFixed(2)} s, ${peak.toFixed(0)} MB at its peak`, ...beside].join("; ")}`,
    );
  }
}

function ratioText({ p10, median, p90 }: Spread): string {
  return `${median.toFixed(2)} (${p10.toFixed(2)}–${p90.toFixed(2)})`;
}
