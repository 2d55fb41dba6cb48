import type { SpecIdMapping } from "../spec-linux.ts";
import type { Problem } from "./config-error.ts";
import { quote } from "./quote.ts";

/** user_namespaces(7), "Defining user and group ID mappings": what the kernel refuses with EINVAL, before anything is made. */
export function idMappingRules(mappings: readonly SpecIdMapping[] = [], path: string): Problem[] {
  return [
    ...mappings.flatMap(({ containerID, hostID, size }, index) => {
      const at = `${path}[${index}]`;
      if (size === 0) return [{ path: `${at}.size`, message: "0: at least one id was expected" }];
      // The last id, (uid_t) -1, is none.
      if (Math.max(containerID, hostID) + size > 2 ** 32 - 1)
        return [{ path: `${at}.size`, message: `${quote(size)}: the ids were expected to end before 4294967295` }];
      return [];
    }),
    ...overlaps(mappings, "containerID", path),
    ...overlaps(mappings, "hostID", path),
    ...(mappings.length > MOST_EXTENTS
      ? [{ path, message: `${mappings.length} ranges of ids: at most ${MOST_EXTENTS} were expected` }]
      : []),
  ];
}

/** UID_GID_MAP_MAX_EXTENTS since Linux 4.15. */
const MOST_EXTENTS = 340;

function overlaps(mappings: readonly SpecIdMapping[], side: "containerID" | "hostID", path: string): Problem[] {
  const sorted = mappings
    .map((mapping, index) => ({ mapping, index }))
    .toSorted((a, b) => a.mapping[side] - b.mapping[side]);
  return sorted.flatMap(({ mapping, index }, at) => {
    const before = sorted[at - 1];
    if (before === undefined || before.mapping[side] + before.mapping.size <= mapping[side]) return [];
    return [
      {
        path: `${path}[${index}].${side}`,
        message: `${mapping[side]} is also in ${path}[${before.index}]: ranges of ids that do not overlap were expected`,
      },
    ];
  });
}
