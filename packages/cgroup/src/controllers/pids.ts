import { checkRange, type Controller, type Current, type Write, write } from "../controller.ts";
import { defined } from "../defined.ts";
import type { PidsLimits } from "../limits.ts";
import { parseCount, parseFlatKeyed, parseSingle } from "../parse.ts";

export interface PidsStats {
  /** Processes and threads in the group. */
  readonly current: number;
  readonly max: number | "max";
  /** The most that ever were. Since Linux 6.11. */
  readonly peak?: number;
  /** How often a fork was refused (Linux 4.8). */
  readonly refused?: number;
}

/** Documentation/admin-guide/cgroup-v1/pids.rst (Linux 4.3); cgroup-v2.rst, "PID" (Linux 4.5). The same files on both. */
export const pids: Controller<PidsLimits, PidsStats> = {
  v1: { controller: "pids", writes, stats },
  v2: { controller: "pids", writes, stats },
};

function writes({ max }: PidsLimits): Write[] {
  if (max !== "max") checkRange("pids.max", max, 0, PID_MAX_LIMIT);
  return write("pids.max", max);
}

/** PID_MAX_LIMIT of linux/threads.h on 64 bits; the kernel refuses more. */
const PID_MAX_LIMIT = 4 * 1024 * 1024;

function stats(current: Current): PidsStats | undefined {
  const count = parseCount(current("pids.current"));
  if (count === undefined) return undefined;
  return {
    current: count,
    max: parseSingle(current("pids.max")) ?? "max",
    ...defined({ peak: parseCount(current("pids.peak")), refused: parseFlatKeyed(current("pids.events"))["max"] }),
  };
}
