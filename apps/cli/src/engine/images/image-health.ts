import type { ImageConfig } from "@wb/image";
import type { HealthCheck } from "../options/health.ts";

/** The health check of a container: what the flags leave open is the image's. */
export function imageHealth(
  flags: HealthCheck | undefined,
  image: ImageConfig["Healthcheck"],
): HealthCheck | undefined {
  if (image === undefined || image === null || flags?.test[0] === "NONE") return flags;
  const own = flags ?? { test: [], interval: 0, timeout: 0, startPeriod: 0, startInterval: 0, retries: 0 };
  const milliseconds = (nanoseconds = 0): number => nanoseconds / 1e6;
  return {
    test: own.test.length > 0 ? own.test : (image.Test ?? []),
    interval: own.interval || milliseconds(image.Interval),
    timeout: own.timeout || milliseconds(image.Timeout),
    startPeriod: own.startPeriod || milliseconds(image.StartPeriod),
    startInterval: own.startInterval || milliseconds(image.StartInterval),
    retries: own.retries || (image.Retries ?? 0),
  };
}
