import type { CompleteCheck } from "./health-check-of.ts";
import type { Health, HealthResult } from "./health-file.ts";

/**
 * The health of a container after one more check, by docker's rules (moby, daemon/health.go, handleProbeResult): one that succeeds makes
 * it healthy, so many in a row that fail unhealthy; until the first that succeeds those of the start period do not count.
 *
 * @param sinceStart how long after the container's start the check began, in ms
 */
export function withResult(
  { Status, FailingStreak, Log }: Health,
  result: HealthResult,
  { check, sinceStart }: { readonly check: CompleteCheck; readonly sinceStart: number },
): Health {
  const log = [...Log, result].slice(-MOST_RESULTS);
  if (result.ExitCode === 0) return { Status: "healthy", FailingStreak: 0, Log: log };
  if (Status === "starting" && sinceStart < check.startPeriod) return { Status, FailingStreak, Log: log };
  const streak = FailingStreak + 1;
  return { Status: streak >= check.retries ? "unhealthy" : Status, FailingStreak: streak, Log: log };
}

const MOST_RESULTS = 5;
