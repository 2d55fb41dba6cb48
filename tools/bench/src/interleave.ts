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
}

/**
 * Runs all contenders in turn, round after round; each round begins with another one. Each runs twice, and the second run
 * counts: after a fork this process's next writes copy its memory, which is the cost of what forked, not of what comes next.
 */
export async function interleave<Name extends string>(
  runners: ReadonlyMap<Name, Runner>,
  { rounds, warmUp }: Rounds,
): Promise<Map<Name, Samples>> {
  const samples = new Map<Name, Samples>([...runners.keys()].map((name) => [name, { wall: [], cpu: [] }]));
  const contenders = [...runners];
  for (let round = -warmUp; round < rounds; round++) {
    const first = (round + warmUp) % contenders.length;
    for (const [name, runner] of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      await runner();
      const cpuBefore = cpuTime();
      const start = performance.now();
      await runner();
      const wall = performance.now() - start;
      const cpu = (cpuTime() - cpuBefore) / 1000;
      if (round < 0) continue;
      samples.get(name)?.wall.push(wall);
      samples.get(name)?.cpu.push(cpu);
    }
  }
  return samples;
}
