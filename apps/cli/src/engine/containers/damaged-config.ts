import { statSync } from "node:fs";
import { join } from "node:path";
import { SIG } from "@wb/syscall";
import { logOptions } from "../logs/options.ts";
import { runOptions } from "../run-options.ts";
import { CONFIG_FILE, type StoredConfig } from "./stored-config.ts";

/**
 * What stands for the configuration of a container that has none to be read: it can be looked at, stopped and removed.
 *
 * @param entry the container's directory in the store
 * @returns undefined when that is not there either
 */
export function damagedConfig(entry: string): StoredConfig | undefined {
  const found = statSync(entry, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  return {
    version: 1,
    created: found.mtimeMs,
    image: "?",
    options: runOptions({}, [""]),
    labels: {},
    restart: { name: "no", maximumRetryCount: 0 },
    autoRemove: false,
    stopSignal: SIG.TERM,
    stopTimeout: 10,
    health: undefined,
    cidFile: "",
    log: logOptions(undefined),
    damage: `${join(entry, CONFIG_FILE)} is missing or damaged`,
  };
}
