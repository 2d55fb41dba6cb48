import { statSync } from "node:fs";

/** One of the OCI runtime-spec's `linux.namespaces`. */
export interface NamespaceEntry {
  readonly type: string;
  /** The namespace to join. Default: a new one. */
  readonly path?: string;
}

/**
 * The kinds of namespaces that a container has for itself: new ones, and those to join that this process, the host, is not in.
 *
 * @throws Error of node:fs for a path that is not there
 * @example
 * ownNamespaces([{ type: "network", path: "/proc/self/ns/net" }, { type: "ipc" }]); // ["ipc"]
 */
export function ownNamespaces(namespaces: readonly NamespaceEntry[]): string[] {
  return namespaces.filter(({ type, path }) => path === undefined || path === "" || !isOurs(type, path)).map(kindOf);
}

function kindOf({ type }: NamespaceEntry): string {
  return type;
}

/** The names in /proc/PID/ns, where the specification has others. */
const FILES: Readonly<Record<string, string>> = { network: "net", mount: "mnt" };

function isOurs(type: string, path: string): boolean {
  const ours = statSync(`/proc/thread-self/ns/${FILES[type] ?? type}`, { bigint: true });
  const theirs = statSync(path, { bigint: true });
  return ours.dev === theirs.dev && ours.ino === theirs.ino;
}
