import { spawn as spawnByNode } from "node:child_process";
import { type ExitStatus, spawn, type SpawnOptions } from "@wb/ns";

/** A way to run a command in a container. */
export interface Contender {
  /** As the table has it. */
  readonly name: string;
  /** What is done, in one line. */
  readonly how: string;
  /** Makes ready what is not part of a run: a bundle with its config.json. */
  readonly prepare: (job: Job) => Runner;
}

export interface Job {
  readonly argv: readonly [string, ...string[]];
  /** A file descriptor of this process. Default: /dev/null. */
  readonly stdout?: number;
}

/** Runs the command once and waits for it; rejects unless its exit status is 0. */
export type Runner = () => Promise<void>;

/** Starts a program from this process, with /dev/null as its stdin, and waits for it. */
export type Start = (argv: readonly [string, ...string[]], job: Job) => Runner;

/** As Node does it: libuv forks this process and the copy execs. */
export const byChildProcess: Start =
  (argv, { stdout }) =>
  () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const [file, ...args] = argv;
    const child = spawnByNode(file, args, { stdio: ["ignore", stdout ?? "ignore", "inherit"] });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (code === 0) resolve();
      else reject(failure(argv, { code, signal }));
    });
    return promise;
  };

/** As wb does it, for programs as well as for containers: no memory is copied, which favours what is started so. */
export const byWbSpawn: Start = (argv, job) => () => spawned({ ...job, argv });

/** @wb/ns: spawns and waits. */
export async function spawned({ argv, stdout }: Job, options: SpawnOptions = {}): Promise<void> {
  const child = await spawn(argv, { ...options, blocking: true, stdio: ["ignore", stdout ?? "ignore", "inherit"] });
  const { code, signal } = await child.wait();
  if (code !== 0) throw failure(argv, { code, signal });
}

function failure(argv: readonly string[], { code, signal }: ExitStatus): Error {
  return new Error(`${argv.join(" ")}: ${signal ?? `exit status ${code}`}`);
}
