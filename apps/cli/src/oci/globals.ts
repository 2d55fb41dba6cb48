import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import type { OciFlagValues } from "./flags.ts";
import { type Log, openLog } from "./log.ts";

/** The flags before the command, runc(8). Those of crun are taken where its callers give them to every runtime. */
export const GLOBAL_FLAGS = {
  debug: { type: "boolean", help: "Write more to the log" },
  log: { type: "string", value: "path", help: "Write the log there, not to stderr" },
  "log-format": { type: "string", value: "format", help: "text or json (default: text)" },
  root: { type: "string", value: "path", help: "Keep the state of containers there (default: /run/wb/oci)" },
  "systemd-cgroup": { type: "boolean", help: "cgroupsPath is slice:prefix:name, for systemd to make" },
  "cgroup-manager": { type: "string", value: "name", help: "cgroupfs, systemd or disabled, as crun has it" },
  rootless: { type: "string", value: "value", help: "true, false or auto (default: auto)" },
  criu: { type: "string", value: "path", help: "Taken for the sake of callers, and not used" },
  help: { type: "boolean", short: "h", help: "Show this" },
  version: { type: "boolean", short: "v", help: "Print the version" },
} as const;

/** What every command is told. */
export interface Globals {
  /** The directory with a directory for each container. */
  readonly root: string;
  readonly cgroupManager: "cgroupfs" | "systemd" | "disabled";
  readonly log: Log;
  /** Where systemd hears that a service is ready, sd_notify(3); "" where it does not ask. */
  readonly notifySocket: string;
}

/** @throws UserError */
export function globalsOf(flags: OciFlagValues<typeof GLOBAL_FLAGS>): Globals {
  const manager = flags["cgroup-manager"] ?? (flags["systemd-cgroup"] === true ? "systemd" : "cgroupfs");
  return {
    root: flags.root === undefined ? defaultRoot() : resolve(flags.root),
    cgroupManager: manager === "systemd" || manager === "disabled" ? manager : "cgroupfs",
    notifySocket: process.env["NOTIFY_SOCKET"] ?? "",
    log: openLog({ file: flags.log, format: flags["log-format"], debug: flags.debug ?? false }),
  };
}

/** Volatile, and only the user's. */
function defaultRoot(): string {
  const state = process.env["WB_STATE"];
  if (state !== undefined) return `${state}/oci`;
  const runtime = process.env["XDG_RUNTIME_DIR"];
  const isOwn = process.geteuid?.() !== 0 && runtime !== undefined && isAbsolute(runtime) && existsSync(runtime);
  return isOwn ? `${runtime}/wb/oci` : "/run/wb/oci";
}
