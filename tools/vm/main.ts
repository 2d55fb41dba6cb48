/** tools/pnpm vm [OPTION…] -- CMD…: runs CMD on another kernel and cgroup layout; see README.md. */
import { constants } from "node:os";
import { type Options, parseOptions, usage } from "./options.ts";
import { vm } from "./vm.ts";

/** docker's status for a failure before the command, timeout(1)'s, and a shell's for a reader that went away. */
const FAILED = 125;
const TIMED_OUT = 124;
const BROKEN_PIPE = 128 + constants.signals.SIGPIPE;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(parseOptions(args));
  } catch (error) {
    console.error(`vm: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof TypeError) console.error(usage);
    return FAILED;
  }
}

async function run(options: Options): Promise<number> {
  const stop = new AbortController();
  let stopped = FAILED;
  const stopWith = (status: number) => (): void => {
    stopped = status;
    stop.abort();
  };
  for (const name of ["SIGHUP", "SIGINT", "SIGTERM"] as const)
    process.once(name, stopWith(128 + constants.signals[name]));
  for (const stream of [process.stdout, process.stderr]) stream.once("error", stopWith(BROKEN_PIPE));

  const { status, timedOut, console: tail } = await vm(options, stop.signal);
  if (status !== undefined) return status;
  if (stop.signal.aborted) return stopped;
  const why = timedOut ? `the command had not ended after ${options.timeout} s` : "the guest ended without a status";
  console.error(`vm: ${why}; ${tail === "" ? "its console is empty" : `the end of its console:\n${tail}`}`);
  return timedOut ? TIMED_OUT : FAILED;
}
