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
  for (const name of ["SIGHUP", "SIGINT", "SIGTERM"] as const)
    process.once(name, () => stop.abort(128 + constants.signals[name]));
  for (const stream of [process.stdout, process.stderr]) stream.once("error", () => stop.abort(BROKEN_PIPE));
  const timer = setTimeout(() => stop.abort(TIMED_OUT), options.timeout * 1000);

  const { status, console: tail } = await vm(options, stop.signal);
  clearTimeout(timer);
  if (status !== undefined) return status;
  const reason: unknown = stop.signal.reason;
  if (typeof reason === "number" && reason !== TIMED_OUT) return reason;
  const said = tail === "" ? "its console is empty" : `the end of its console:\n${tail}`;
  if (reason === TIMED_OUT) console.error(`vm: the command had not ended after ${options.timeout} s; ${said}`);
  else console.error(`vm: the guest ended without a status; ${said}`);
  return typeof reason === "number" ? reason : FAILED;
}
