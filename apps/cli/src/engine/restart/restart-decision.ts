import type { RestartPolicy } from "./restart-policy.ts";

/** How a container ended. */
export interface ContainerEnd {
  readonly exitCode: number;
  /** By `wb stop` or `wb kill`, since it was started last. */
  readonly stoppedByHand: boolean;
  /** How often its policy started it again. */
  readonly restarts: number;
}

/** What its back-off goes by. Milliseconds. */
export interface RestartTimes {
  /** How long it ran. */
  readonly ranFor: number;
  /** How long the last restart was put off; 0 before the first. */
  readonly lastDelay: number;
}

/**
 * After how many milliseconds a container that ended is started again; undefined: not at all. As docker's
 * (moby, restartmanager): 100 ms, doubled each time up to a minute, and 100 ms again after 10 seconds of running.
 */
export function restartDelay(policy: RestartPolicy, end: ContainerEnd, times: RestartTimes): number | undefined {
  // What was stopped stays so until the next boot, whatever the policy is.
  return end.stoppedByHand || !startsAtBoot(policy, end) ? undefined : delay(times);
}

/** Whether a container that ended, or that the machine ended with, is started when the machine starts. */
export function startsAtBoot(policy: RestartPolicy, end: ContainerEnd): boolean {
  return STARTS[policy.name](end, policy);
}

const STARTS: Readonly<Record<RestartPolicy["name"], (end: ContainerEnd, policy: RestartPolicy) => boolean>> = {
  no: () => false,
  always: () => true,
  "unless-stopped": ({ stoppedByHand }) => !stoppedByHand,
  "on-failure": ({ exitCode, restarts }, { maximumRetryCount }) =>
    exitCode !== 0 && (maximumRetryCount === 0 || restarts < maximumRetryCount),
};

function delay({ ranFor, lastDelay }: RestartTimes): number {
  return ranFor >= LONG_RUN || lastDelay === 0 ? FIRST_DELAY : Math.min(lastDelay * 2, LONGEST_DELAY);
}

const FIRST_DELAY = 100;
const LONGEST_DELAY = 60_000;
const LONG_RUN = 10_000;
