import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { IdMap } from "@wb/ns";
import { isRootless } from "../../runtime/lifecycle/rootless.ts";
import type { MappedIds } from "../../runtime/user-namespace.ts";
import { type IdRange, nameOfUser, subordinateIds } from "../subordinate-ids.ts";

/** The ids of the containers of an ordinary user. */
export interface RootlessIds extends MappedIds {
  /** Why the container's root is the only user of it. */
  readonly warning?: string;
}

/**
 * Who the users of a container are that an ordinary user makes, as podman has it: its root is the caller, and the ids from 1 on
 * are those that subuid(5) and subgid(5) give the caller, which newuidmap(1) and newgidmap(1) map.
 *
 * @returns undefined for root, who needs no user namespace
 */
export function rootlessIds(): RootlessIds | undefined {
  if (!isRootless()) return undefined;
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  const helpers = ["newuidmap", "newgidmap"].filter((name) => !isOnPath(name));
  const [uids, gids] = [subordinateIds("subuid"), subordinateIds("subgid")];
  const missing = problem({ helpers, uids, gids });
  if (missing === undefined) return { uidMap: mapsOf(uid, uids), gidMap: mapsOf(gid, gids) };
  return { uidMap: mapsOf(uid, []), gidMap: mapsOf(gid, []), warning: `the container has only one id: ${missing}` };
}

/** Root is the caller; further ids follow each other without a gap. */
function mapsOf(own: number, ranges: readonly IdRange[]): IdMap[] {
  const maps: IdMap[] = [{ inside: 0, outside: own, count: 1 }];
  let next = 1;
  for (const { first, count } of ranges) {
    maps.push({ inside: next, outside: first, count });
    next += count;
  }
  return maps;
}

interface Found {
  readonly helpers: readonly string[];
  readonly uids: readonly IdRange[];
  readonly gids: readonly IdRange[];
}

function problem({ helpers, uids, gids }: Found): string | undefined {
  const files = [...(uids.length === 0 ? ["/etc/subuid"] : []), ...(gids.length === 0 ? ["/etc/subgid"] : [])];
  if (helpers.length + files.length === 0) return undefined;
  const user = nameOfUser() ?? String(process.geteuid?.());
  const remedies = [
    ...(helpers.length === 0 ? [] : ["apt-get install uidmap"]),
    ...(files.length === 0 ? [] : [`usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${user}`]),
  ];
  const missing = [
    ...(helpers.length === 0 ? [] : [`${helpers.join(" and ")} not found in $PATH`]),
    ...(files.length === 0 ? [] : [`no range of ${user} in ${files.join(" and ")}`]),
  ];
  return `${missing.join("; ")} (${remedies.join(" && ")})`;
}

function isOnPath(name: string): boolean {
  const directories = (process.env["PATH"] ?? "").split(delimiter).filter((directory) => isAbsolute(directory));
  return directories.some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
