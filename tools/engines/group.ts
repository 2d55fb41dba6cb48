import type { Case } from "./case.ts";
import { bundles } from "./cases/containerd.ts";
import { exec } from "./cases/docker-exec.ts";
import { isolation } from "./cases/docker-isolation.ts";
import { lifecycle } from "./cases/docker-lifecycle.ts";
import { limits } from "./cases/docker-limits.ts";
import { mounts } from "./cases/docker-mounts.ts";
import { run } from "./cases/docker-run.ts";
import { podman } from "./cases/podman.ts";
import { swarm } from "./cases/swarm.ts";
import { remapped } from "./cases/userns-remap.ts";
import { startContainerd } from "./engine/containerd.ts";
import { startDocker } from "./engine/docker.ts";
import { startPodman } from "./engine/podman.ts";
import type { EnginePlace, Running } from "./engine/running.ts";
import type { EngineName } from "./options.ts";

/** An engine, and what is tried with it. */
export interface Group {
  /** What it needs of the machine, besides the Debian packages that bring it. */
  readonly programs: readonly string[];
  readonly packages: readonly string[];
  readonly start: (place: EnginePlace) => Running;
  /** One daemon for both runtimes, or one for each, whose default it is. */
  readonly shared: boolean;
  readonly cases: readonly Case[];
}

export const groups: Readonly<Record<EngineName, Group>> = {
  docker: {
    programs: ["dockerd", "docker", "script"],
    packages: ["docker.io"],
    start: (place) => startDocker(place),
    shared: true,
    cases: [...run, ...exec, ...lifecycle, ...limits, ...isolation, ...mounts],
  },
  "userns-remap": {
    programs: ["dockerd", "docker"],
    packages: ["docker.io"],
    start: (place) => startDocker(place, ["--userns-remap", "nobody:nogroup"]),
    shared: true,
    cases: remapped,
  },
  swarm: {
    programs: ["dockerd", "docker"],
    packages: ["docker.io"],
    start: (place) => startDocker(place, ["--live-restore=false"]),
    shared: false,
    cases: swarm,
  },
  containerd: {
    programs: ["containerd", "ctr", "script"],
    packages: ["containerd"],
    start: startContainerd,
    shared: true,
    cases: bundles,
  },
  podman: {
    programs: ["podman", "conmon", "script"],
    packages: ["podman", "conmon"],
    start: startPodman,
    shared: true,
    cases: podman,
  },
};

/** Those of the parts of names that no case of these engines has. */
export function unknownCases(engines: readonly EngineName[], parts: readonly string[]): string[] {
  const names = engines.flatMap((engine) => groups[engine].cases.map(({ name }) => name));
  return parts.filter((part) => !names.some((name) => name.includes(part)));
}
