import { writeSync } from "node:fs";
import {
  type Child,
  call,
  closeFd,
  into,
  isErrno,
  type Message,
  run,
  SetupError,
  spawn as spawnProgram,
  step,
  tryWait,
} from "@wb/syscall";
import { commandError } from "./command-error.ts";
import { isStaged, planSpawn, type PlanOptions, STDIO } from "./plan.ts";
import { NsProcess } from "./process.ts";
import { GO } from "./stages.ts";
import { makePipe, openStdio, pipeStream, type Stdio } from "./stdio.ts";
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
 * SetupError when the process was killed before the command ran; nothing is left running then
 * @example
 * await using box = await spawn(["hostname"], {
 *   namespaces: ["uts"],
 *   setup: [step("set the host name", [call("sethostname", "box", 3)])],
 * });
 * await box.wait(); // prints box; { code: 0, signal: null }
 */
export async function spawn(argv: readonly [string, ...string[]], options: SpawnOptions = {}): Promise<NsProcess> {
  checkOptions(options);
  const stdio = openStdio(options.stdio ?? "inherit");
  try {
    const go = isStaged(options) ? makePipe() : undefined;
    try {
      const started = await start(argv, options, { child: stdio.child, go });
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
      go?.forEach((fd) => closeFd(fd));
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
  readonly go: readonly [reader: number, writer: number] | undefined;
}

async function start(
  argv: readonly [string, ...string[]],
  options: SpawnOptions,
  { child, go }: Ends,
): Promise<{ pid: number; pidfd: number }> {
  const cells = Object.fromEntries(STDIO.map((name, index) => [name, child[index] ?? -1]));
  const plan = planSpawn(argv, {
    ...options,
    inputs: { ...options.inputs, ...cells, ...(go === undefined ? {} : { [GO]: go[0] }) },
    inherit: [...(options.inherit ?? []), ...child, ...(go === undefined ? [] : [go[0]])],
  });
  const made = spawnProgram(plan.program, {
    flags: plan.flags,
    inputs: plan.inputs,
    inherit: plan.inherit,
    reportAbove: plan.reportFd,
    name: argv[0],
    ...(options.cgroup?.directory === undefined ? {} : { cgroup: options.cgroup.directory }),
  });
  const following = new Following(made, options, go?.[1]);
  try {
    return await following.toTheCommand();
  } catch (error) {
    following.kill();
    throw commandError(error, argv[0]);
  } finally {
    made.report.close();
  }
}

/** A process on its way to its command: the first one that was made, or the second stage that took over. */
class Following {
  #process: { pid: number; pidfd: number };
  readonly #report: Child["report"];
  readonly #options: SpawnOptions;
  readonly #go: number | undefined;

  constructor({ pid, pidfd, report }: Child, options: SpawnOptions, go: number | undefined) {
    this.#process = { pid, pidfd };
    this.#report = report;
    this.#options = options;
    this.#go = go;
  }

  async toTheCommand(): Promise<{ pid: number; pidfd: number }> {
    let ready = false;
    for (let next = await this.#next(); next !== undefined; next = await this.#next()) {
      if (next.message === "waiting") this.#writeMaps();
      else if (next.message === "successor") this.#follow(next.value);
      else ready = true;
    }
    if (!ready) throw new SetupError(this.#process.pid, howItEnded(this.#process.pidfd));
    return this.#process;
  }

  #next(): Message | undefined | Promise<Message | undefined> {
    return this.#options.blocking === true ? this.#report.nextSync() : this.#report.next();
  }

  kill(): void {
    const { pidfd } = this.#process;
    try {
      run([step("kill what could not be set up", [call("pidfd_send_signal", pidfd, 9, null, 0)])]);
    } catch (error) {
      if (!isErrno(error, "ESRCH")) throw error;
    }
    reap(pidfd);
  }

  #writeMaps(): void {
    const { uidMap = [], gidMap = [] } = this.#options;
    writeIdMaps(this.#process.pid, { uidMap, gidMap });
    this.#release();
  }

  /** The first stage ends by itself; its pid cannot be another's before it has been waited for. */
  #follow(pid: number): void {
    const pidfd = run([step("refer to the second stage", [into("pidfd", call("pidfd_open", pid, 0))])]).number("pidfd");
    reap(this.#process.pidfd);
    this.#process = { pid, pidfd };
    this.#release();
  }

  #release(): void {
    if (this.#go === undefined) throw new Error("the Program waits, but no pipe was made for it");
    writeSync(this.#go, "g");
  }
}

/** Waits for a process that is ending, and closes its pidfd. */
function reap(pidfd: number): void {
  try {
    tryWait(pidfd, { block: true });
  } catch (error) {
    // ECHILD: it has been waited for.
    if (!isErrno(error, "ECHILD")) throw error;
  }
  closeFd(pidfd);
}

function howItEnded(pidfd: number): string {
  const status = tryWait(pidfd, { block: true });
  return status?.signal === null ? `exit status ${status.code}` : `killed by signal ${status?.signal}`;
}

function checkOptions({ namespaces = [], uidMap = [], gidMap = [], timeOffsets }: SpawnOptions): void {
  if (!namespaces.includes("user") && uidMap.length + gidMap.length > 0)
    throw new TypeError("`uidMap` and `gidMap` need `user` among the `namespaces`");
  if (timeOffsets !== undefined && !namespaces.includes("time"))
    throw new TypeError("`timeOffsets` needs `time` among the `namespaces`");
}
