import type { LogOptions } from "../logs/options.ts";
import type { HealthCheck } from "../options/health.ts";
import type { RestartPolicy } from "../restart/restart-policy.ts";
import type { RunOptions } from "../run-options.ts";

/** What was asked of a container, as it is kept. Its name is a link in the store, which `wb rename` changes. */
export interface StoredConfig {
  readonly version: 1;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** What its root was asked for by. */
  readonly image: string;
  readonly options: RunOptions;
  readonly labels: Readonly<Record<string, string>>;
  readonly restart: RestartPolicy;
  readonly autoRemove: boolean;
  /** Its stdin, if it has one, ends with that of the first who is attached to it. Default false. */
  readonly stdinOnce?: boolean;
  /** Its streams are those of the `wb run` that it ends with: it has no supervisor, and no log. Default false. */
  readonly foreground?: boolean;
  /** The signal of `wb stop`, and how many seconds it waits for it. */
  readonly stopSignal: number;
  readonly stopTimeout: number;
  /** Undefined: none was asked for. */
  readonly health: HealthCheck | undefined;
  readonly log: LogOptions;
  /** Why nothing of this is known: never in the file. */
  readonly damage?: string;
  /** An absolute path; "" for none. */
  readonly cidFile: string;
}

export const CONFIG_FILE = "config.json";

/** By what is asked of it whatever is done: a file that somebody wrote is none. */
export function asStoredConfig(value: unknown): StoredConfig | undefined {
  const { version, created, image, options, labels, restart, stopSignal, stopTimeout, log } = Object(value);
  const { command, volumes, namedVolumes, env, namespaces, rootfs } = Object(options);
  const isConfig =
    version === 1 &&
    [created, stopSignal, stopTimeout].every(Number.isFinite) &&
    typeof image === "string" &&
    [command, volumes, namedVolumes, env].every(Array.isArray) &&
    [namespaces, rootfs, labels, restart, log].every(isObject);
  return isConfig ? (value as StoredConfig) : undefined;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
