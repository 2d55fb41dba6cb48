import type { Current } from "../controller.ts";
import { defined } from "../defined.ts";
import { parseCount, parseFlatKeyed, parseSingle } from "../parse.ts";

export interface MemoryStats {
  /** Bytes in use, the page cache included. */
  readonly current: number;
  /** The most bytes that were ever in use. On v2 since Linux 5.19. */
  readonly peak?: number;
  /** The limits. */
  readonly max: number | "max";
  readonly high?: number | "max";
  readonly low?: number | "max";
  readonly min?: number | "max";
  /** Bytes of swap in use, where swap is accounted for. */
  readonly swapCurrent?: number;
  /** The limit of swap alone; on v1 the difference of its two limits. */
  readonly swapMax?: number | "max";
  /** How many processes were killed for want of memory. On v1 since Linux 4.13. */
  readonly oomKill?: number;
  /** `memory.events`: how often a limit was met. v1 has `max` (its `failcnt`) and `oom_kill` of these. */
  readonly events?: Readonly<Record<string, number>>;
  /** `memory.stat`, with the groups below, in v2's words: `anon`, `file`, `pgfault`…; bytes and counts. */
  readonly stat?: Readonly<Record<string, number>>;
}

export function memoryStatsV1(current: Current): MemoryStats | undefined {
  const used = parseCount(current("memory.usage_in_bytes"));
  if (used === undefined) return undefined;
  const withSwap = parseCount(current("memory.memsw.usage_in_bytes"));
  const max = parseSingle(current("memory.limit_in_bytes")) ?? "max";
  const oomKill = parseFlatKeyed(current("memory.oom_control"))["oom_kill"];
  return {
    current: used,
    max,
    ...defined({
      peak: parseCount(current("memory.max_usage_in_bytes")),
      low: parseSingle(current("memory.soft_limit_in_bytes")),
      // Two files, read one after the other: in between the one may have grown.
      swapCurrent: withSwap === undefined ? undefined : Math.max(0, withSwap - used),
      swapMax: swapAlone(parseSingle(current("memory.memsw.limit_in_bytes")), max),
      oomKill,
      events: some(defined({ max: parseCount(current("memory.failcnt")), oom_kill: oomKill })),
      stat: some(inWordsOfV2(parseFlatKeyed(current("memory.stat")))),
    }),
  };
}

export function memoryStatsV2(current: Current): MemoryStats | undefined {
  const used = parseCount(current("memory.current"));
  if (used === undefined) return undefined;
  const events = parseFlatKeyed(current("memory.events"));
  return {
    current: used,
    max: parseSingle(current("memory.max")) ?? "max",
    ...defined({
      peak: parseCount(current("memory.peak")),
      high: parseSingle(current("memory.high")),
      low: parseSingle(current("memory.low")),
      min: parseSingle(current("memory.min")),
      swapCurrent: parseCount(current("memory.swap.current")),
      swapMax: parseSingle(current("memory.swap.max")),
      oomKill: events["oom_kill"],
      events: some(events),
      stat: some(parseFlatKeyed(current("memory.stat"))),
    }),
  };
}

function swapAlone(sum: number | "max" | undefined, limit: number | "max"): number | "max" | undefined {
  return sum === undefined || sum === "max" || limit === "max" ? sum : Math.max(0, sum - limit);
}

/** Keys of v1 that have another name on v2 (mm/memcontrol-v1.c, mm/memcontrol.c). */
const RENAMED: Readonly<Record<string, string>> = {
  cache: "file",
  rss: "anon",
  rss_huge: "anon_thp",
  mapped_file: "file_mapped",
  dirty: "file_dirty",
  writeback: "file_writeback",
};

/** v1 has each key twice: of the group alone, and as `total_…` with the groups below, as v2 counts. */
function inWordsOfV2(stat: Readonly<Record<string, number>>): Record<string, number> {
  const kept = Object.entries(stat).filter(([key]) => !(`total_${key}` in stat));
  return Object.fromEntries(
    kept.map(([key, value]) => {
      const name = key.replace(/^total_/, "");
      return [RENAMED[name] ?? name, value];
    }),
  );
}

function some(record: Readonly<Record<string, number>>): Readonly<Record<string, number>> | undefined {
  return Object.keys(record).length === 0 ? undefined : record;
}
