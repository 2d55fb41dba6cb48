import { call, pointer, SCHED, SCHED_FLAG, schedAttr, type Step, step } from "@wb/syscall";
import { maskOf, numberOf, within, withPrefix } from "./one-of.ts";

/** The OCI runtime-spec's `process.scheduler`. */
export interface Scheduler {
  /** `SCHED_OTHER`, `SCHED_FIFO`, `SCHED_RR`, `SCHED_BATCH`, `SCHED_IDLE` or `SCHED_DEADLINE`. */
  readonly policy: string;
  /** -20 to 19. */
  readonly nice?: number;
  /** Of SCHED_FIFO and SCHED_RR: 1 to 99. */
  readonly priority?: number;
  /** `SCHED_FLAG_RESET_ON_FORK`, for example. */
  readonly flags?: readonly string[];
  /** Of SCHED_DEADLINE, in nanoseconds. */
  readonly runtime?: number | bigint;
  readonly deadline?: number | bigint;
  readonly period?: number | bigint;
}

/**
 * The Step that sets the policy by which the process gets processor time, sched_setattr(2), sched(7). It stands before the
 * capabilities change: most of it needs CAP_SYS_NICE. Equivalent to `chrt`.
 *
 * @throws RangeError for an unknown policy or flag, or a field that the policy does not have
 */
export function schedulerStep(wanted: Scheduler): Step {
  const { policy, nice = 0, priority = 0, flags = [], runtime = 0, deadline = 0, period = 0 } = wanted;
  const number = numberOf("process.scheduler.policy", policy, POLICIES);
  if (priority !== 0 && !REAL_TIME.has(policy))
    throw new RangeError(`process.scheduler.priority is ${priority}: ${policy} has none, SCHED_FIFO and SCHED_RR have`);
  const times = Object.entries({ runtime, deadline, period });
  for (const [field, time] of times) checkTime(`process.scheduler.${field}`, time, policy);
  const attributes = {
    size: schedAttr.size,
    sched_policy: number,
    sched_flags: maskOf("process.scheduler.flags", flags, FLAGS),
    sched_nice: within("process.scheduler.nice", nice, [-20, 19]),
    sched_priority: within("process.scheduler.priority", priority, REAL_TIME.has(policy) ? [1, 99] : [0, 0]),
    sched_runtime: runtime,
    sched_deadline: deadline,
    sched_period: period,
  };
  return step(
    `have the scheduling policy ${policy}`,
    [call("sched_setattr", 0, pointer(schedAttr, attributes), 0)],
    shellCommand(policy, attributes),
  );
}

/** SCHED_ISO has a number, and no kernel ever had it. */
const POLICIES: Readonly<Record<string, number>> = {
  SCHED_OTHER: SCHED.NORMAL,
  SCHED_FIFO: SCHED.FIFO,
  SCHED_RR: SCHED.RR,
  SCHED_BATCH: SCHED.BATCH,
  SCHED_IDLE: SCHED.IDLE,
  SCHED_DEADLINE: SCHED.DEADLINE,
};

const FLAGS = withPrefix("SCHED_FLAG_", SCHED_FLAG);

const REAL_TIME: ReadonlySet<string> = new Set(["SCHED_FIFO", "SCHED_RR"]);

function checkTime(field: string, time: number | bigint, policy: string): void {
  if (typeof time === "number" && !Number.isSafeInteger(time))
    throw new RangeError(`${field} is ${time}: expected whole nanoseconds`);
  if (time < 0) throw new RangeError(`${field} is ${time}: expected nanoseconds, 0 or more`);
  if (time > 0 && policy !== "SCHED_DEADLINE")
    throw new RangeError(`${field} is ${time}: ${policy} has none, SCHED_DEADLINE has`);
}

function shellCommand(policy: string, attributes: Readonly<Record<string, number | bigint>>): string {
  const name = policy.slice("SCHED_".length).toLowerCase();
  const times = ["runtime", "deadline", "period"].map((field) => `--sched-${field} ${attributes[`sched_${field}`]}`);
  const words = policy === "SCHED_DEADLINE" ? [...times, ""].join(" ") : "";
  const renice = attributes["sched_nice"] === 0 ? "" : `; renice ${attributes["sched_nice"]} $$`;
  return `chrt --${name} ${words}-p ${attributes["sched_priority"]} $$${renice}`;
}
