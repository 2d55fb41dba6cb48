/** A range of ids in a user namespace and the ids outside that they stand for, user_namespaces(7). */
export interface IdMap {
  /** The first id in the namespace. */
  readonly inside: number;
  /** The first id in the parent namespace. */
  readonly outside: number;
  /** How many. */
  readonly count: number;
}

/** The kernel takes at most this many lines, since Linux 4.15. */
const MAXIMUM_LINES = 340;

/**
 * The text for /proc/PID/uid_map or gid_map, which is written by one write(2).
 *
 * @throws RangeError when ranges overlap, on either side, or an id has more than 32 bits: the kernel would say EINVAL only
 * @example
 * idMapText([{ inside: 0, outside: 100_000, count: 65_536 }]); // "0 100000 65536\n"
 */
export function idMapText(maps: readonly IdMap[]): string {
  if (maps.length > MAXIMUM_LINES)
    throw new RangeError(`${maps.length} id ranges: the kernel takes at most ${MAXIMUM_LINES}`);
  for (const side of ["inside", "outside"] as const) refuseOverlaps(maps, side);
  return maps.map((map) => `${lineOf(map)}\n`).join("");
}

/** The ranges of /proc/PID/uid_map or gid_map. */
export function parseIdMap(text: string): IdMap[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [inside = 0, outside = 0, count = 0] = line.trim().split(/\s+/).map(Number);
      return { inside, outside, count };
    });
}

/** The id outside that one inside stands for; undefined for one that is in no range. */
export function idOutside(maps: readonly IdMap[], id: number): number | undefined {
  const map = maps.find(({ inside, count }) => id >= inside && id < inside + count);
  return map === undefined ? undefined : map.outside + id - map.inside;
}

function refuseOverlaps(maps: readonly IdMap[], side: "inside" | "outside"): void {
  let before: IdMap | undefined;
  for (const map of maps.toSorted((a, b) => a[side] - b[side])) {
    const first = map[side];
    if (
      ![first, map.count].every((number) => Number.isSafeInteger(number)) ||
      first < 0 ||
      map.count < 1 ||
      first + map.count > 0xffff_ffff
    ) {
      throw new RangeError(`an id range of ${map.count} from ${first} does not fit into 0 to 4294967294`);
    }
    if (before !== undefined && first < before[side] + before.count)
      throw new RangeError(`the id ranges "${lineOf(before)}" and "${lineOf(map)}" overlap ${side} at ${first}`);
    before = map;
  }
}

/** As in the file: the first id inside, the first outside, how many. */
function lineOf({ inside, outside, count }: IdMap): string {
  return `${inside} ${outside} ${count}`;
}
