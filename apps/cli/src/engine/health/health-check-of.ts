import type { StoredConfig } from "../containers/stored-config.ts";
import { HEALTH_DEFAULTS, type HealthCheck } from "../options/health.ts";

/** What is checked, with docker's defaults for what was not said. */
export interface CompleteCheck extends HealthCheck {
  readonly command: readonly [string, ...string[]];
}

/** The health check of a container; undefined where it has none. Times are milliseconds. */
export function healthCheckOf({ health }: Pick<StoredConfig, "health">): CompleteCheck | undefined {
  const command = commandOf(health?.test ?? []);
  if (health === undefined || command === undefined) return undefined;
  return { test: health.test, ...defaulted(health), command };
}

function defaulted(health: HealthCheck): Omit<HealthCheck, "test"> {
  const or = (name: keyof typeof HEALTH_DEFAULTS): number =>
    health[name] === 0 ? HEALTH_DEFAULTS[name] : health[name];
  return {
    interval: or("interval"),
    timeout: or("timeout"),
    startPeriod: or("startPeriod"),
    startInterval: or("startInterval"),
    retries: or("retries"),
  };
}

function commandOf([kind, ...words]: readonly string[]): readonly [string, ...string[]] | undefined {
  const [first, ...rest] = words;
  if (first === undefined) return undefined;
  if (kind === "CMD-SHELL") return ["/bin/sh", "-c", first];
  return kind === "CMD" ? [first, ...rest] : undefined;
}
