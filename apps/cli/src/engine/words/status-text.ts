import { humanDuration } from "./human-duration.ts";

/** docker's states of a container, `ps --filter status=`. */
export const STATES = ["created", "running", "paused", "restarting", "removing", "exited", "dead"] as const;

export type ContainerState = (typeof STATES)[number];

/** docker's states of a health check; `none`: there is no check. */
export const HEALTH_STATES = ["none", "starting", "healthy", "unhealthy"] as const;

export type HealthState = (typeof HEALTH_STATES)[number];

/** What the text of a container's state is made of. Times are milliseconds since 1970. */
export interface StatusFacts {
  readonly state: ContainerState;
  readonly exitCode: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly health: HealthState;
}

/** STATUS of docker ps (moby, container/state.go, String): `Up 5 minutes (healthy)`, `Exited (137) 3 seconds ago`. */
export function statusText(facts: StatusFacts, now: number): string {
  return TEXTS[facts.state](facts, now);
}

const TEXTS: Readonly<Record<ContainerState, (facts: StatusFacts, now: number) => string>> = {
  created: () => "Created",
  running: ({ startedAt, health }, now) => `Up ${humanDuration(now - startedAt)}${HEALTH_TEXTS[health]}`,
  paused: ({ startedAt }, now) => `Up ${humanDuration(now - startedAt)} (Paused)`,
  restarting: ({ exitCode, finishedAt }, now) => `Restarting (${exitCode}) ${humanDuration(now - finishedAt)} ago`,
  removing: () => "Removal In Progress",
  exited: ({ exitCode, finishedAt }, now) => `Exited (${exitCode}) ${humanDuration(now - finishedAt)} ago`,
  dead: () => "Dead",
};

const HEALTH_TEXTS: Readonly<Record<HealthState, string>> = {
  none: "",
  starting: " (health: starting)",
  healthy: " (healthy)",
  unhealthy: " (unhealthy)",
};
