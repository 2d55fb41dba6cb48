import { type MessageName, spawn as spawnProgram } from "@wb/syscall";
import { commandError } from "./command-error.ts";
import { type Followed, Following } from "./following.ts";
import { type Handover, openHandover } from "./handover.ts";
import type { Namespace } from "./namespace.ts";
import { pin } from "./pin.ts";
import { isStaged, planSpawn, STDIO } from "./plan.ts";
import type { SpawnOptions } from "./spawn.ts";
import { unpin } from "./unpin.ts";
import { writeIdMaps } from "./write-id-maps.ts";

export interface StartOptions extends Omit<SpawnOptions, "stdio"> {
  readonly until?: MessageName;
  readonly unheard?: string;
}

/** Starts a process and follows it: to its command, or to the message `until`. */
export async function start(
  argv: readonly [string, ...string[]],
  options: StartOptions,
  stdio: readonly [number, number, number],
): Promise<Followed> {
  const handover = isStaged(options) || options.on !== undefined ? openHandover() : undefined;
  try {
    return await launch(argv, options, { stdio, handover });
  } finally {
    handover?.close();
  }
}

interface Ends {
  readonly stdio: readonly [number, number, number];
  readonly handover: Handover | undefined;
}

async function launch(
  argv: readonly [string, ...string[]],
  options: StartOptions,
  { stdio, handover }: Ends,
): Promise<Followed> {
  const cells = {
    ...Object.fromEntries(STDIO.map((name, index) => [name, stdio[index] ?? -1])),
    ...(handover === undefined ? {} : handover.cells(isStaged(options))),
  };
  const plan = planSpawn(argv, {
    ...options,
    inputs: { ...options.inputs, ...cells },
    inherit: [...(options.inherit ?? []), ...Object.values(cells)],
  });
  const made = spawnProgram(plan.program, {
    flags: plan.flags,
    inputs: plan.inputs,
    inherit: plan.inherit,
    reportAbove: plan.reportFd,
    name: argv[0],
    ...(options.cgroup?.directory === undefined ? {} : { cgroup: options.cgroup.directory }),
    ...(options.unheard === undefined ? {} : { unheard: options.unheard }),
  });
  const pinned: string[] = [];
  const following = new Following(made, {
    blocking: options.blocking ?? false,
    handover,
    ...(options.until === undefined ? {} : { until: options.until }),
    on: {
      ...options.on,
      waiting: ({ pid }) => writeIdMaps(pid, options),
      successor: ({ pid }) => {
        for (const [kind, path] of Object.entries(options.pins ?? {})) {
          pin(kind as Namespace, pid, path);
          pinned.push(path);
        }
      },
    },
  });
  try {
    return await following.toTheCommand();
  } catch (error) {
    following.kill();
    for (const path of pinned.toReversed()) unpin(path);
    throw commandError(error, argv[0]);
  } finally {
    made.report.close();
  }
}
