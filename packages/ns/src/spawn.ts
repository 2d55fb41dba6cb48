import { closeFd, spawn as spawnProgram } from "@wb/syscall";
import { commandError } from "./command-error.ts";
import { Following } from "./following.ts";
import { type Handover, openHandover } from "./handover.ts";
import type { Namespace } from "./namespace.ts";
import { pin } from "./pin.ts";
import { isStaged, planSpawn, type PlanOptions, STDIO } from "./plan.ts";
import { NsProcess } from "./process.ts";
import { openStdio, pipeStream, type Stdio } from "./stdio.ts";
import { unpin } from "./unpin.ts";
import { writeIdMaps } from "./write-id-maps.ts";

export interface SpawnOptions extends PlanOptions {
  /** The command's stdin, stdout and stderr: one kind for all, or three. Default `inherit`. */
  readonly stdio?: Stdio | readonly [Stdio, Stdio, Stdio];
  /**
   * Waits for the set-up in this thread, which does nothing else meanwhile and needs less CPU for it: for a program that
   * has nothing else to do. A `setup` that waits for this thread would wait for ever. Default false.
   */
  readonly blocking?: boolean;
}

/**
 * Starts a command, in new namespaces if any are named. Equivalent to `unshare --pid --fork … COMMAND`.
 *
 * @returns a handle, once the command is running: its execve(2) has succeeded
 * @throws SyscallError for the first call of the set-up that failed, CommandError when the command cannot be executed,
 * SetupError when the process was killed before the command ran; nothing is left running or pinned then
 * @example
 * await using box = await spawn(["hostname"], {
 *   namespaces: ["uts"],
 *   setup: [step("set the host name", [call("sethostname", "box", 3)])],
 * });
 * await box.wait(); // prints box; { code: 0, signal: null }
 */
export async function spawn(argv: readonly [string, ...string[]], options: SpawnOptions = {}): Promise<NsProcess> {
  const stdio = openStdio(options.stdio ?? "inherit");
  try {
    const handover = isStaged(options) ? openHandover() : undefined;
    try {
      const started = await start(argv, options, { child: stdio.child, handover });
      const [stdin, stdout, stderr] = stdio.parent;
      return new NsProcess({
        ...started,
        streams: [
          await pipeStream(stdin, "writable"),
          await pipeStream(stdout, "readable"),
          await pipeStream(stderr, "readable"),
        ],
      });
    } finally {
      handover?.close();
    }
  } catch (error) {
    for (const fd of stdio.parent) if (fd !== undefined) closeFd(fd);
    throw error;
  } finally {
    stdio.close();
  }
}

interface Ends {
  readonly child: readonly [number, number, number];
  readonly handover: Handover | undefined;
}

async function start(
  argv: readonly [string, ...string[]],
  options: SpawnOptions,
  { child, handover }: Ends,
): Promise<{ pid: number; pidfd: number }> {
  const cells = Object.fromEntries(STDIO.map((name, index) => [name, child[index] ?? -1]));
  const plan = planSpawn(argv, {
    ...options,
    inputs: { ...options.inputs, ...cells, ...handover?.cells },
    inherit: [...(options.inherit ?? []), ...child, ...Object.values(handover?.cells ?? {})],
  });
  const made = spawnProgram(plan.program, {
    flags: plan.flags,
    inputs: plan.inputs,
    inherit: plan.inherit,
    reportAbove: plan.reportFd,
    name: argv[0],
    ...(options.cgroup?.directory === undefined ? {} : { cgroup: options.cgroup.directory }),
  });
  const pinned: string[] = [];
  const following = new Following(made, {
    blocking: options.blocking ?? false,
    handover,
    prepare: (pid) => writeIdMaps(pid, options),
    adopt: (pid) => {
      for (const [kind, path] of Object.entries(options.pins ?? {})) {
        pin(kind as Namespace, pid, path);
        pinned.push(path);
      }
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
