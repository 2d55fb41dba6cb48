import { SIG } from "@wb/syscall";
import type { ContainerInfo } from "../containers/container-info.ts";
import type { StoredConfig } from "../containers/stored-config.ts";
import type { HealthCheck } from "../options/health.ts";
import { mapOf, orNull } from "./host-config-document.ts";

/** `Config` of docker inspect: what is the container's own wherever it runs (moby, api/types/container, Config). */
export function configDocument({ id, config }: Pick<ContainerInfo, "id" | "config">): object {
  const { options, labels, image, stopSignal, stopTimeout, health } = config;
  const [, ...rest] = options.command;
  return {
    Hostname: options.hostname ?? id.slice(0, 12),
    Domainname: options.domainname ?? "",
    User: options.user,
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    ...(exposedPorts(options).size === 0 ? {} : { ExposedPorts: exposedPorts(options) }),
    Tty: options.tty,
    OpenStdin: options.interactive,
    StdinOnce: false,
    // Names alone take what wb has at the start.
    Env: options.env.filter((text) => text.includes("=")),
    Cmd: options.entrypoint === undefined ? options.command : orNull(rest),
    ...(health === undefined ? {} : { Healthcheck: healthDocument(health) }),
    Image: image,
    Volumes: null,
    WorkingDir: options.workdir ?? "",
    Entrypoint: options.entrypoint === undefined ? null : options.entrypoint,
    OnBuild: null,
    Labels: mapOf(labels),
    StopSignal: signalName(stopSignal),
    StopTimeout: stopTimeout,
  };
}

/** As docker has it, what is published is exposed, too. */
function exposedPorts({ exposed, ports }: StoredConfig["options"]): ReadonlyMap<string, object> {
  const all = [...exposed, ...ports.map(({ containerPort: port, protocol }) => ({ port, protocol }))];
  return new Map(all.map(({ port, protocol }) => [`${port}/${protocol}`, {}]));
}

/** Durations are nanoseconds in docker's JSON, and left out where they are the default. */
function healthDocument({ test, interval, timeout, startPeriod, startInterval, retries }: HealthCheck): object {
  const durations = { Interval: interval, Timeout: timeout, StartPeriod: startPeriod, StartInterval: startInterval };
  const given = Object.entries(durations).filter(([, milliseconds]) => milliseconds !== 0);
  return {
    ...(test.length === 0 ? {} : { Test: test }),
    ...Object.fromEntries(given.map(([name, milliseconds]) => [name, Math.round(milliseconds * 1e6)])),
    ...(retries === 0 ? {} : { Retries: retries }),
  };
}

/** `SIGTERM`; of signals without a name the number. */
function signalName(signal: number): string {
  const [name] = Object.entries(SIG).find(([, number]) => number === signal) ?? [];
  return name === undefined ? String(signal) : `SIG${name}`;
}
