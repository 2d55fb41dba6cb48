import { writeFileSync } from "node:fs";
import { type IdMap, idMapText } from "./id-map.ts";

/** The ids of a user namespace. */
export interface IdMaps {
  readonly uidMap?: readonly IdMap[];
  readonly gidMap?: readonly IdMap[];
  readonly setgroups?: "allow" | "deny";
}

/**
 * Writes the id maps of a process's new user namespace, user_namespaces(7): directly, with privileges or for the caller's own
 * id alone; else by newuidmap(1) and newgidmap(1), which allow what /etc/subuid and /etc/subgid give the caller.
 *
 * @throws Error with what the kernel or the helper said as its `cause`
 */
export function writeIdMaps(pid: number, { uidMap = [], gidMap = [], setgroups }: IdMaps): void {
  const privileged = process.geteuid?.() === 0;
  const ownGroup = !privileged && isOwn(gidMap, process.getegid?.());
  // An unprivileged process may map its group only once nobody in there can drop it, since Linux 3.19 (CVE-2014-8989).
  if (setgroups === "deny" || (ownGroup && setgroups !== "allow")) writeFileSync(`/proc/${pid}/setgroups`, "deny");
  writeMap(pid, { file: "gid_map", helper: privileged || ownGroup ? undefined : "newgidmap", map: gidMap });
  const ownUser = !privileged && isOwn(uidMap, process.geteuid?.());
  writeMap(pid, { file: "uid_map", helper: privileged || ownUser ? undefined : "newuidmap", map: uidMap });
}

/** The one map that needs nobody's leave. */
function isOwn(maps: readonly IdMap[], id: number | undefined): boolean {
  const [map] = maps;
  return maps.length === 1 && map?.outside === id && map?.count === 1;
}

interface MapToWrite {
  readonly file: "uid_map" | "gid_map";
  readonly helper: "newuidmap" | "newgidmap" | undefined;
  readonly map: readonly IdMap[];
}

function writeMap(pid: number, { file, helper, map }: MapToWrite): void {
  if (map.length === 0) return;
  const text = idMapText(map);
  try {
    if (helper === undefined) writeFileSync(`/proc/${pid}/${file}`, text);
    else runHelper(helper, pid, text);
  } catch (error) {
    throw new Error(`the ${file} ${JSON.stringify(text.trimEnd())} was refused`, { cause: error });
  }
}

/** Both are set-user-ID root, of Debian's package uidmap. */
function runHelper(helper: string, pid: number, text: string): void {
  // Loaded only here: it takes 5 ms.
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const { error, status, signal, stderr } = spawnSync(helper, [String(pid), ...text.trim().split(/\s+/)], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (error !== undefined)
    throw new Error(`${helper} cannot be run, which maps ids for an unprivileged user`, { cause: error });
  if (status !== 0) throw new Error(stderr.trim() || `${helper} ended with ${status ?? signal}`);
}
