import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { waitFor } from "../wait-for.ts";

export interface Daemon {
  readonly argv: readonly string[];
  readonly log: string;
  /** Succeeds as soon as it answers. */
  readonly ready: readonly string[];
}

/** Starts a daemon; ends it at the end of the block. An Error with its log if it does not start. */
export function startDaemon({ argv, log, ready }: Daemon): Disposable {
  const start = spawnSync("sh", [
    "-c",
    'log=$1; shift; setsid "$@" >"$log" 2>&1 </dev/null & echo $!',
    "sh",
    log,
    ...argv,
  ]);
  const pid = Number(start.stdout.toString());
  const [program = "", ...args] = ready;
  const isThere = (): boolean => existsSync(`/proc/${pid}`);
  const answers = (): boolean => spawnSync(program, args, { stdio: "ignore" }).status === 0;
  try {
    waitFor(() => !isThere() || answers(), { what: argv[0] ?? "", seconds: 60 });
    if (!isThere()) throw new Error(`${argv[0]} ended at once`);
  } catch (error) {
    const tail = readFileSync(log, "utf8").trimEnd().split("\n").slice(-20).join("\n");
    throw new Error(`${error instanceof Error ? error.message : String(error)}; its log ends with\n${tail}`, {
      cause: error,
    });
  }
  return {
    [Symbol.dispose]: () => {
      process.kill(pid, "SIGTERM");
      waitFor(() => !isThere(), { what: `${argv[0]} to end`, seconds: 60 });
    },
  };
}
