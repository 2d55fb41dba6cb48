import { parseDuration } from "../../durations.ts";
import { UserError } from "../../user-error.ts";
import { flagError, parseFor } from "./flag-error.ts";
import { wholeNumber } from "./whole-number.ts";

/** The flags that make a health check, as they were given. */
export interface HealthFlags {
  readonly "health-cmd"?: string;
  readonly "health-interval"?: string;
  readonly "health-timeout"?: string;
  readonly "health-retries"?: string;
  readonly "health-start-period"?: string;
  readonly "health-start-interval"?: string;
  readonly "no-healthcheck"?: boolean;
}

/** A health check as docker's configurations have it; what is 0, or no test, is the image's or the default. */
export interface HealthCheck {
  /** `["CMD-SHELL", LINE]`; `["NONE"]`: not even the image's; empty: the image's. */
  readonly test: readonly string[];
  /** Milliseconds. */
  readonly interval: number;
  readonly timeout: number;
  readonly startPeriod: number;
  readonly startInterval: number;
  readonly retries: number;
}

/** docker's: moby, daemon/health.go. */
export const HEALTH_DEFAULTS: Omit<HealthCheck, "test"> = {
  interval: 30_000,
  timeout: 30_000,
  startPeriod: 0,
  startInterval: 5000,
  retries: 3,
};

/**
 * The health check that `--health-*` ask for; undefined where none of them was given.
 *
 * @throws UserError in docker's words
 */
export function healthCheck(flags: HealthFlags): HealthCheck | undefined {
  const command = flags["health-cmd"] ?? "";
  const settings = {
    interval: duration(flags, "health-interval", "Interval"),
    timeout: duration(flags, "health-timeout", "Timeout"),
    startPeriod: duration(flags, "health-start-period", "StartPeriod"),
    startInterval: duration(flags, "health-start-interval", "StartInterval"),
    retries: retries(flags["health-retries"] ?? "0"),
  };
  const isGiven = command !== "" || Object.values(settings).some((value) => value !== 0);
  if (flags["no-healthcheck"] !== true)
    return isGiven ? { test: command === "" ? [] : ["CMD-SHELL", command], ...settings } : undefined;
  if (isGiven)
    throw new UserError("--no-healthcheck conflicts with --health-* options", { hint: "leave out one or the other" });
  return { test: ["NONE"], ...settings };
}

type DurationFlag = "health-interval" | "health-timeout" | "health-start-period" | "health-start-interval";

/** 0 is docker's way to say that it is not given. */
function duration(flags: HealthFlags, name: DurationFlag, setting: string): number {
  const text = flags[name] ?? "0";
  const milliseconds = parseFor(`--${name}`, text, parseDuration);
  if (milliseconds < 0) throw flagError(`--${name}`, text, `--${name} cannot be negative`);
  if (milliseconds > 0 && milliseconds < 1)
    throw flagError(`--${name}`, text, `${setting} in Healthcheck cannot be less than 1ms`);
  return milliseconds;
}

function retries(text: string): number {
  const number = Number(parseFor("--health-retries", text, wholeNumber));
  if (number < 0) throw flagError("--health-retries", text, "--health-retries cannot be negative");
  return number;
}
