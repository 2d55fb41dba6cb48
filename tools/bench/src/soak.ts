import { hostState } from "@wb/testing";
import { wbCold } from "./cold.ts";
import { dockerLike } from "./docker-like.ts";
import { contained } from "./in-process.ts";
import { isEmpty, type Leftovers, leftovers } from "./leftovers.ts";
import { type Memory, memoryNow } from "./memory.ts";

export interface SoakOptions {
  /** A busybox root. */
  readonly root: string;
  /** How many containers this process runs. */
  readonly inProcess: number;
  /** How many `./wb run` come after. */
  readonly commands: number;
  /** How long the kernel has to take apart what they had. Default 15000. */
  readonly timeoutMs?: number;
}

export interface SoakResult {
  readonly left: Leftovers;
  /** Bytes for each container in this process. */
  readonly growth: Memory;
  readonly seconds: { readonly inProcess: number; readonly commands: number };
  /** Nothing is left, and memory did not grow. */
  readonly clean: boolean;
}

/** Runs containers of every isolation one after the other, and looks for what they leave behind. */
export async function soak({ root, inProcess, commands, timeoutMs = 15_000 }: SoakOptions): Promise<SoakResult> {
  const argv = ["/bin/true"] as const;
  const container = dockerLike(root, argv);
  const run = (): Promise<void> => contained(container, { argv });
  // What is opened and compiled once belongs to no container.
  await repeat(run, WARM_UP);
  const command = wbCold({ root, scratch: "" }).prepare({ argv });
  await repeat(command, 1);
  await leftovers(hostState(), { timeoutMs: 1000 });

  const [before, memoryBefore] = [hostState(), memoryNow()];
  const secondsInProcess = await repeat(run, inProcess);
  const growth = growthOf(memoryBefore, memoryNow(), inProcess);
  const secondsOfCommands = await repeat(command, commands);
  const left = await leftovers(before, { timeoutMs });
  return {
    left,
    growth,
    seconds: { inProcess: secondsInProcess, commands: secondsOfCommands },
    clean: isEmpty(left) && growth.held * inProcess < ALLOWED.held && growth.resident * inProcess < ALLOWED.resident,
  };
}

const WARM_UP = 100;

/** Bytes in all: compiled code is held, and V8 gives freed memory back to the kernel when it likes. */
const ALLOWED: Memory = { held: 4 << 20, resident: 64 << 20 };

/** How many seconds it took. */
async function repeat(run: () => Promise<void>, times: number): Promise<number> {
  const start = performance.now();
  for (let time = 0; time < times; time++) await run();
  return (performance.now() - start) / 1000;
}

function growthOf(before: Memory, after: Memory, runs: number): Memory {
  return { held: (after.held - before.held) / runs, resident: (after.resident - before.resident) / runs };
}
