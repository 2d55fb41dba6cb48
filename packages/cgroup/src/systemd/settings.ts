import type { Read } from "../layout.ts";
import type { Place } from "../place.ts";
import { writeNow } from "../write-now.ts";

/** What files of a group hold, by their paths. */
export type Settings = ReadonlyMap<string, string>;

/**
 * What systemd writes into a group whenever it is told of one property, cgroup_context_apply() of its core/cgroup.c: all
 * that it has, and for what it was not told of its defaults.
 */
export function readSettings(places: readonly Place[], read: Read): Settings {
  const files = places.flatMap(({ hierarchy, directory }) =>
    WRITTEN[hierarchy.version].map((file) => `${directory}/${file}`),
  );
  return new Map(
    files.flatMap((file) => {
      const value = read(file);
      return value === undefined ? [] : [[file, settingOf(value)] as const];
    }),
  );
}

/**
 * Writes back what has changed since.
 *
 * @throws CgroupError `WB_CGROUP_WRITE` for what the kernel refuses; all the others are written
 */
export function restoreSettings(settings: Settings, read: Read): void {
  const failures = () => [...settings].flatMap(([file, value]) => refusalOf(file, value, read));
  // Some are refused until others are there again: a quota of the CPU, and its period.
  if (failures().length === 0) return;
  const [left] = failures();
  if (left !== undefined) throw left.error;
}

/** In the order in which the kernel takes them back: of an idle group it takes no weight. */
const WRITTEN: Readonly<Record<1 | 2, readonly string[]>> = {
  1: [
    "memory.limit_in_bytes",
    "pids.max",
    "cpu.shares",
    "cpu.cfs_period_us",
    "cpu.cfs_quota_us",
    "blkio.weight",
    "blkio.bfq.weight",
  ],
  2: [
    "memory.min",
    "memory.low",
    "memory.high",
    "memory.max",
    "memory.swap.max",
    "memory.zswap.max",
    "memory.oom.group",
    "pids.max",
    "cpu.idle",
    "cpu.weight",
    "cpu.max",
    "cpuset.cpus",
    "cpuset.mems",
    "io.weight",
    "io.bfq.weight",
  ],
};

/** Of a file with lines by device the first, `default 100`: the others systemd leaves alone. */
function settingOf(content: string): string {
  return content.split("\n")[0]?.trim() ?? "";
}

function refusalOf(file: string, value: string, read: Read): { readonly error: unknown }[] {
  const now = read(file);
  if (now === undefined || settingOf(now) === value) return [];
  try {
    // The kernel sees no write of nothing.
    writeNow(file, value === "" ? "\n" : value);
    return [];
  } catch (error) {
    return [{ error }];
  }
}
