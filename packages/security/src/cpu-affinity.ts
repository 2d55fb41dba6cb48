import { call, type Step, step } from "@wb/syscall";
import { bitMask, parseNumberList } from "./number-list.ts";

/** The largest NR_CPUS that a kernel can be built with, less one. */
const LAST_CPU = 8191;

/**
 * The Step that lets the process run on some processors only, sched_setaffinity(2): the OCI runtime-spec's
 * `process.execCPUAffinity`. Its `initial` list holds from the start of `exec`, `final` from the time on when the process
 * is in its cgroup; a container's first process has none. Equivalent to `taskset -cp LIST $$`.
 *
 * @throws RangeError for a list that is none
 * @example
 * cpuAffinityStep("0-3,7");
 */
export function cpuAffinityStep(cpus: string, field = "process.execCPUAffinity"): Step {
  const mask = bitMask(parseNumberList(field, cpus, LAST_CPU));
  return step(
    `run on the processors ${cpus}`,
    [call("sched_setaffinity", 0, mask.length, mask)],
    `taskset -cp ${cpus} $$`,
  );
}
