import type { ContainerInfo } from "../containers/container-info.ts";
import type { HealthState } from "../words/status-text.ts";
import { healthCheckOf } from "./health-check-of.ts";
import { type Health, readHealth, STARTING } from "./health-file.ts";

/**
 * The health of a container, `State.Health` of docker inspect; undefined for one without a check, and for one that was never started. As
 * docker's, one that does not run is unhealthy.
 */
export function healthOf({
  config,
  stored,
  state,
  places,
}: Pick<ContainerInfo, "config" | "stored" | "state" | "places">): Health | undefined {
  if (healthCheckOf(config) === undefined || stored.startedAt === 0) return undefined;
  const health = readHealth(places.entry) ?? STARTING;
  return state === "running" || state === "paused" ? health : { ...health, Status: "unhealthy" };
}

/** In one word, for docker ps. */
export function healthStateOf(info: Pick<ContainerInfo, "config" | "stored" | "state" | "places">): HealthState {
  return healthOf(info)?.Status ?? "none";
}
