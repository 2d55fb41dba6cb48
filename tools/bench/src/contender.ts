import { spawn } from "node:child_process";

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

/** A program that is started from this process; its stdin is /dev/null, its stderr is this process's. */
export function program(argv: readonly string[], { stdout }: Job): Runner {
  const [file = "", ...args] = argv;
  return () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const child = spawn(file, args, { stdio: ["ignore", stdout ?? "ignore", "inherit"] });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${argv.join(" ")}: ${signal ?? `exit status ${code}`}`));
    });
    return promise;
  };
}
