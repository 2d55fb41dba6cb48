import { closeFd } from "@wb/syscall";
import type { Handlers } from "./following.ts";
import type { PlanOptions } from "./plan.ts";
import { NsProcess } from "./process.ts";
import { start } from "./start.ts";
import { openStdio, pipeStream, type Stdio } from "./stdio.ts";

export interface SpawnOptions extends PlanOptions {
  /** The command's stdin, stdout and stderr: one kind for all, or three. Default `inherit`. */
  readonly stdio?: Stdio | readonly [Stdio, Stdio, Stdio];
  /**
   * Waits for the set-up in this thread, which does nothing else meanwhile and needs less CPU for it: for a program that
   * has nothing else to do. A `setup` that waits for this thread would wait for ever. Default false.
   */
  readonly blocking?: boolean;
  /**
   * Whether the command is waited for as soon as it ends, wait(2). Where that is false, `wait()` does it, and without one who
   * adopts the command when this process ends gets to know how it ended, also if it ended before. Default true.
   */
  readonly reap?: boolean;
  /** What this process does when the new one tells something by {@link sync}, before that goes on. */
  readonly on?: Handlers;
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
    const started = await start(argv, options, stdio.child);
    const [stdin, stdout, stderr] = stdio.parent;
    return new NsProcess({
      ...started,
      reap: options.reap ?? true,
      streams: [
        await pipeStream(stdin, "writable"),
        await pipeStream(stdout, "readable"),
        await pipeStream(stderr, "readable"),
      ],
    });
  } catch (error) {
    for (const fd of stdio.parent) if (fd !== undefined) closeFd(fd);
    throw error;
  } finally {
    stdio.close();
  }
}
