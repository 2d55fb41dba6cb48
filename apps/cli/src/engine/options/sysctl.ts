import { flagError } from "./flag-error.ts";

/**
 * The kernel parameters of `--sysctl NAME=value`: those that a container has of its own (docker/cli, opts.ValidateSysctl).
 *
 * @throws UserError in docker's words
 */
export function sysctlsOf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map(parseSysctl));
}

function parseSysctl(text: string): [string, string] {
  const equals = text.indexOf("=");
  const name = text.slice(0, Math.max(0, equals));
  if (NAMES.includes(name) || PREFIXES.some((prefix) => name.startsWith(prefix))) return [name, text.slice(equals + 1)];
  throw flagError(
    "--sysctl",
    text,
    `sysctl '${text}' is not allowed`,
    `NAME=value of ${[...PREFIXES, ...NAMES].join(", ")}`,
  );
}

/** Those of the IPC namespace, ipc_namespaces(7). */
const NAMES = [
  "kernel.msgmax",
  "kernel.msgmnb",
  "kernel.msgmni",
  "kernel.sem",
  "kernel.shmall",
  "kernel.shmmax",
  "kernel.shmmni",
  "kernel.shm_rmid_forced",
];
const PREFIXES = ["net.", "fs.mqueue."];
