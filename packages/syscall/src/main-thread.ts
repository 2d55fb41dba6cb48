import { call, into, step } from "./program.ts";
import { run } from "./run.ts";

/**
 * Whether the caller runs in the process's first thread, and not in a Worker: gettid(2) is the pid there. The kernel is
 * asked because `node:worker_threads` takes 4 ms to load, as long as everything else that starting a process needs.
 */
export function isMainThread(): boolean {
  return (known ??= ask());
}

let known: boolean | undefined;

function ask(): boolean {
  const ids = run([step("is this the first thread?", [into("pid", call("getpid")), into("tid", call("gettid"))])]);
  return ids.number("pid") === ids.number("tid");
}
