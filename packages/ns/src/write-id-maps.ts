import { writeFileSync } from "node:fs";
import { type IdMap, idMapText } from "./id-map.ts";

/** The ids of a user namespace. */
export interface IdMaps {
  readonly uidMap: readonly IdMap[];
  readonly gidMap: readonly IdMap[];
}

/**
 * Writes the id maps of a process's new user namespace, user_namespaces(7): directly, with privileges or for the caller's own
 * id alone; else by newuidmap(1) and newgidmap(1), which allow what /etc/subuid and /etc/subgid give the caller.
 *
 * @throws RangeError for maps that cannot be, Error with what the kernel or the helper said as its `cause`
 */
export function writeIdMaps(pid: number, { uidMap, gidMap }: IdMaps): void {
  const privileged = process.geteuid?.() === 0;
  if (!privileged && !isOwn(gidMap, process.getegid?.())) {
    if (gidMap.length > 0) runHelper("newgidmap", pid, gidMap);
  } else if (gidMap.length > 0) {
    // An unprivileged process may map its group only once it has given up setgroups(2), since Linux 3.19 (CVE-2014-8989).
    if (!privileged) writeFileSync(`/proc/${pid}/setgroups`, "deny");
    writeMap(`/proc/${pid}/gid_map`, gidMap);
  }
  if (uidMap.length === 0) return;
  if (privileged || isOwn(uidMap, process.geteuid?.())) writeMap(`/proc/${pid}/uid_map`, uidMap);
  else runHelper("newuidmap", pid, uidMap);
}

/** The one map that needs nobody's leave. */
function isOwn(maps: readonly IdMap[], id: number | undefined): boolean {
  const [map] = maps;
  return maps.length === 1 && map?.outside === id && map?.count === 1;
}

function writeMap(path: string, maps: readonly IdMap[]): void {
  const text = idMapText(maps);
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new Error(`${path} was refused: ${JSON.stringify(text)}`, { cause: error });
  }
}

/** Both are set-user-ID root, of Debian's package uidmap. */
function runHelper(helper: "newuidmap" | "newgidmap", pid: number, maps: readonly IdMap[]): void {
  const args = idMapText(maps).trim().split(/\s+/);
  // Loaded only here: it takes 5 ms.
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const { error, status, stderr } = spawnSync(helper, [String(pid), ...args], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (error !== undefined)
    throw new Error(`${helper} cannot be run: it maps ids for an unprivileged user`, { cause: error });
  if (status !== 0) throw new Error(`${helper} ${pid} ${args.join(" ")}: ${stderr.trim() || `exit status ${status}`}`);
}
