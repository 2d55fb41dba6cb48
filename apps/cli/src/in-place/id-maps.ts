import { readFileSync } from "node:fs";
import type { IdMap } from "@wb/ns";
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
 * The first range that a file gives the caller, subuid(5).
 *
 * @throws UserError when it gives none
 */
export function subordinateIds(file: "/etc/subuid" | "/etc/subgid"): IdMap {
  const uid = process.geteuid?.() ?? 0;
  const name = fieldsOf("/etc/passwd").find(([, , id]) => id === String(uid))?.[0];
  const owners = [name, String(uid)];
  const [, outside, count] = fieldsOf(file).find(([owner]) => owners.includes(owner)) ?? [];
  if (outside === undefined || count === undefined)
    throw new UserError(`${file} gives user ${name ?? uid} no ids`, {
      hint: `as root: usermod --add-sub${file.slice(-3)}s 100000-165535 ${name ?? uid}`,
    });
  return { inside: 0, outside: Number(outside), count: Number(count) };
}

/** All ids of this user namespace, each as itself: `--map-users=all`. */
export function allIds(file: "uid_map" | "gid_map"): IdMap[] {
  return readFileSync(`/proc/self/${file}`, "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const [inside = "0", , count = "0"] = line.trim().split(/\s+/);
      return { inside: Number(inside), outside: Number(inside), count: Number(count) };
    });
}

/** The id of a name of passwd(5) or group(5), or a number. */
export function idNamed(file: "/etc/passwd" | "/etc/group", text: string): number | undefined {
  if (/^\d{1,10}$/.test(text)) return Number(text) < 0xffff_ffff ? Number(text) : undefined;
  const id = fieldsOf(file).find(([name]) => name === text)?.[2];
  return id === undefined ? undefined : Number(id);
}

function fieldsOf(file: string): string[][] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return []; // as if it were empty, which is what getpwnam(3) makes of it
  }
  return text.split("\n").map((line) => line.split(":"));
}
