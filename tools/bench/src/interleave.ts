import type { Runner } from "./contender.ts";
import { cpuTime } from "./cpu-time.ts";

/** What each round took, by round. */
export interface Samples {
  /** Milliseconds. */
  readonly wall: number[];
  readonly cpu: number[];
}

export interface Rounds {
  /** Rounds that count. */
  readonly rounds: number;
  /** Rounds before: the first run of anything compiles its code. */
  readonly warmUp: number;
  /** Runs of one turn that count. Default: {@link RUNS}. */
  readonly runs?: number;
}

/** Runs of one turn that count, where nothing else is said; a round's sample is their mean. */
export const RUNS = 5;

/**
 * Runs all contenders in turn, round after round; each round begins with another one. In its turn each runs once for
 * nothing, and then `runs` times: what the one before left behind is not its cost. After a fork this process's next
 * writes copy its memory; and the kernel takes network namespaces, mounts and cgroups apart after their processes' end,
 * on the same processors, which one run in between does not outlast.
 */
export async function interleave<Name extends string>(
  runners: ReadonlyMap<Name, Runner>,
  { rounds, warmUp, runs = RUNS }: Rounds,
): Promise<Map<Name, Samples>> {
  const samples = new Map<Name, Samples>([...runners.keys()].map((name) => [name, { wall: [], cpu: [] }]));
  const contenders = [...runners];
  for (let round = -warmUp; round < rounds; round++) {
    const first = (round + warmUp) % contenders.length;
    for (const [name, runner] of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      await runner();
      const cpuBefore = cpuTime();
      const start = performance.now();
      for (let run = 0; run < runs; run++) await runner();
      const wall = (performance.now() - start) / runs;
      const cpu = (cpuTime() - cpuBefore) / 1000 / runs;
      if (round < 0) continue;
      samples.get(name)?.wall.push(wall);
      samples.get(name)?.cpu.push(cpu);
    }
  }
  return samples;
}
