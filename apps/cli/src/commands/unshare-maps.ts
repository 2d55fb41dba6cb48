import type { IdMap } from "@wb/ns";
import { type FlagValues, usage } from "../flags.ts";
import { allIds, idNamed, type IdMapping, subordinateMap } from "../in-place/id-maps.ts";
import type { Mappings } from "../in-place/write-maps.ts";
import type { UNSHARE } from "./unshare-flags.ts";

type UnshareFlags = FlagValues<typeof UNSHARE.flags>;

/**
 * The id maps that the options name: of `--map-root-user` and its like the last counts, ranges of `--map-users` are put
 * together. Undefined where none of them is given.
 */
export function mappings(flags: UnshareFlags, order: readonly string[]): Mappings | undefined {
  const users = ranges(USERS, flags["map-users"] ?? [], flags["map-auto"] === true);
  const groups = ranges(GROUPS, flags["map-groups"] ?? [], flags["map-auto"] === true);
  const singles = { users: undefined as number | undefined, groups: undefined as number | undefined };
  for (const name of order) {
    if (name === "map-root-user") Object.assign(singles, { users: 0, groups: 0 });
    else if (name === "map-current-user")
      Object.assign(singles, { users: process.geteuid?.() ?? 0, groups: process.getegid?.() ?? 0 });
    else if (name === "map-user") singles.users = idOf(USERS, flags["map-user"] ?? "");
    else if (name === "map-group") singles.groups = idOf(GROUPS, flags["map-group"] ?? "");
  }
  const found: Mappings = {
    users: { single: singles.users, ranges: users },
    groups: { single: singles.groups, ranges: groups },
  };
  return isEmpty(found.users) && isEmpty(found.groups) ? undefined : found;
}

/** What the options for users and for groups differ in. */
const USERS = {
  flag: "--map-user",
  ranges: "--map-users",
  names: "passwd",
  subordinate: "subuid",
  map: "uid_map",
} as const;
const GROUPS = {
  flag: "--map-group",
  ranges: "--map-groups",
  names: "group",
  subordinate: "subgid",
  map: "gid_map",
} as const;

type Kind = typeof USERS | typeof GROUPS;

function isEmpty({ single, ranges: given }: IdMapping): boolean {
  return single === undefined && given.length === 0;
}

function ranges(kind: Kind, texts: readonly string[], auto: boolean): IdMap[] {
  return [...texts.flatMap((text) => rangesOf(kind, text)), ...(auto ? [subordinateMap(kind.subordinate)] : [])];
}

/** util-linux had OUTER,INNER,COUNT first, and has INNER:OUTER:COUNT since 2.39. */
function rangesOf(kind: Kind, text: string): IdMap[] {
  if (text === "auto") return [subordinateMap(kind.subordinate)];
  if (text === "all") return allIds(kind.map);
  const [, first, separator, second, count] = /^(\d{1,10})([:,])(\d{1,10})\2(\d{1,10})$/.exec(text) ?? [];
  if (first === undefined || second === undefined || count === undefined || Number(count) === 0)
    throw usage(
      "unshare",
      `invalid argument ${JSON.stringify(text)} for ${kind.ranges}: INNER:OUTER:COUNT, OUTER,INNER,COUNT, auto or all`,
    );
  const [inside, outside] = separator === ":" ? [first, second] : [second, first];
  return [{ inside: Number(inside), outside: Number(outside), count: Number(count) }];
}

function idOf(kind: Kind, text: string): number {
  const id = idNamed(kind.names, text);
  if (id === undefined)
    throw usage(
      "unshare",
      `invalid argument ${JSON.stringify(text)} for ${kind.flag}: neither a number nor a name of ${kind.names}`,
    );
  return id;
}
