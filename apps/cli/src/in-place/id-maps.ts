import { readFileSync } from "node:fs";
import { type IdMap, parseIdMap } from "@wb/ns";
import { nameOfUser, subordinateIds } from "../engine/subordinate-ids.ts";
import { readTable } from "../runtime/read-table.ts";
import { UserError } from "../user-error.ts";

/** The ids of one kind in a new user namespace, as the options of unshare(1) name them. */
export interface IdMapping {
  /** The id that the caller's own becomes. */
  readonly single: number | undefined;
  /** What more is mapped, by newuidmap(1) or newgidmap(1) for an ordinary user. */
  readonly ranges: readonly IdMap[];
}

/**
 * The lines of uid_map or gid_map: the caller's own id comes first, and what it takes inside is taken out of the ranges,
 * each of which moves together over the hole, as unshare(1) has it.
 *
 * @param own the caller's effective id
 */
export function mapLines({ single, ranges }: IdMapping, own: number): IdMap[] {
  if (single === undefined) return [...ranges];
  return [{ inside: single, outside: own, count: 1 }, ...ranges.flatMap((range) => around(range, single))];
}

function around(range: IdMap, single: number): IdMap[] {
  const below = single - range.inside;
  if (below < 0 || below >= range.count) return [range];
  return [
    { ...range, count: below },
    { inside: single + 1, outside: range.outside + below, count: range.count - below - 1 },
  ].filter(({ count }) => count > 0);
}

/**
 * The first range that subuid(5) or subgid(5) gives the caller.
 *
 * @throws UserError when it gives none
 */
export function subordinateMap(file: "subuid" | "subgid"): IdMap {
  const [range] = subordinateIds(file);
  if (range !== undefined) return { inside: 0, outside: range.first, count: range.count };
  const user = nameOfUser() ?? process.geteuid?.();
  throw new UserError(`/etc/${file} gives user ${user} no ids`, {
    hint: `as root: usermod --add-${file}s 100000-165535 ${user}`,
  });
}

/** All ids of this user namespace, each as itself: `--map-users=all`. */
export function allIds(file: "uid_map" | "gid_map"): IdMap[] {
  return parseIdMap(readFileSync(`/proc/self/${file}`, "utf8")).map((map) => ({ ...map, outside: map.inside }));
}

/** The id of a name of passwd(5) or group(5), or a number. */
export function idNamed(file: "passwd" | "group", text: string): number | undefined {
  if (/^\d{1,10}$/.test(text)) return Number(text) < 0xffff_ffff ? Number(text) : undefined;
  const id = readTable("/", `etc/${file}`).find(([name]) => name === text)?.[2];
  return id === undefined ? undefined : Number(id);
}
