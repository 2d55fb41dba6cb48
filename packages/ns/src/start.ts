import { closeFd, type MessageName, programFile, spawn as spawnProgram } from "@wb/syscall";
import { commandError } from "./command-error.ts";
import { type Followed, Following } from "./following.ts";
import { type Handover, openHandover, SUPERVISED } from "./handover.ts";
import type { Namespace } from "./namespace.ts";
import { pin } from "./pin.ts";
import { isStaged, planSpawn, STDIO } from "./plan.ts";
import type { SpawnOptions } from "./spawn.ts";
import { SUPERVISOR, supervisorProgram } from "./supervisor.ts";
import { unpin } from "./unpin.ts";
import { writeIdMaps } from "./write-id-maps.ts";

export interface StartOptions extends Omit<SpawnOptions, "stdio"> {
  readonly until?: MessageName;
  readonly unheard?: string;
}

/** A process, and the one that stays as its parent, where that is not this one. */
export interface Supervised extends Followed {
  readonly supervisor?: Followed;
}

/** Starts a process and follows it: to its command, or to the message `until`. */
export async function start(
  argv: readonly [string, ...string[]],
  options: StartOptions,
  stdio: readonly [number, number, number],
): Promise<Supervised> {
  const handover =
    isStaged(options) || options.on !== undefined || options.supervisor !== undefined ? openHandover() : undefined;
  let image: number | undefined;
  try {
    image = handover === undefined ? undefined : supervisorFile(options, handover);
    return await launch(argv, options, { stdio, handover, image });
  } finally {
    handover?.close();
    if (image !== undefined) closeFd(image);
  }
}

/** The file of the supervisor, where there is to be one. */
function supervisorFile(options: StartOptions, handover: Handover): number | undefined {
  const { supervisor } = options;
  if (supervisor === undefined) return undefined;
  const staged = isStaged(options);
  const { [SUPERVISED]: told = -1 } = handover.cells({ staged, supervised: true });
  return programFile(supervisorProgram(supervisor, { told, staged }), { inputs: supervisor.inputs ?? {} });
}

interface Ends {
  readonly stdio: readonly [number, number, number];
  readonly handover: Handover | undefined;
  readonly image: number | undefined;
}

async function launch(
  argv: readonly [string, ...string[]],
  options: StartOptions,
  { stdio, handover, image }: Ends,
): Promise<Supervised> {
  const cells = {
    ...Object.fromEntries(STDIO.map((name, index) => [name, stdio[index] ?? -1])),
    ...(handover === undefined
      ? {}
      : handover.cells({ staged: isStaged(options), supervised: options.supervisor !== undefined })),
    ...(image === undefined ? {} : { [SUPERVISOR]: image }),
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
    // Its supervisor is in the caller's.
    ...(options.cgroup?.directory === undefined || options.supervisor !== undefined
      ? {}
      : { cgroup: options.cgroup.directory }),
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
    const followed = await following.toTheCommand();
    return following.supervisor === undefined ? followed : { ...followed, supervisor: following.supervisor };
  } catch (error) {
    following.kill();
    for (const path of pinned.toReversed()) unpin(path);
    throw commandError(error, argv[0]);
  } finally {
    made.report.close();
  }
}
