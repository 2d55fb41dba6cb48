import { type Controller, type Current, type Write, write } from "../controller.ts";
import { defined } from "../defined.ts";
import { CgroupError } from "../error.ts";
import type { HugetlbLimits } from "../limits.ts";
import { parseCount, parseFlatKeyed, parseSingle } from "../parse.ts";
import { bytesOf } from "../size.ts";

/** By the size of the pages: `2MB`. */
export type HugetlbStats = Readonly<Record<string, HugePageStats>>;

export interface HugePageStats {
  /** Bytes in use, and the limit. */
  readonly current: number;
  readonly max: number | "max";
  /** The same of what is reserved. */
  readonly rsvdCurrent?: number;
  readonly rsvdMax?: number | "max";
  /** How often the limit was met. */
  readonly refused?: number;
}

/** Documentation/admin-guide/cgroup-v1/hugetlb.rst (Linux 3.6); cgroup-v2.rst, "HugeTLB" (Linux 5.6). */
export const hugetlb: Controller<HugetlbLimits, HugetlbStats> = {
  v1: {
    controller: "hugetlb",
    writes: (limits) => writesOf(limits, { limit: "limit_in_bytes", none: -1 }),
    stats: statsV1,
  },
  v2: { controller: "hugetlb", writes: (limits) => writesOf(limits, { limit: "max", none: "max" }), stats: statsV2 },
};

interface Words {
  readonly limit: string;
  /** v1 has no word for "no limit". */
  readonly none: -1 | "max";
}

function writesOf(limits: HugetlbLimits, { limit, none }: Words): Write[] {
  return Object.entries(limits).flatMap(([pages, { max, rsvdMax }]) => {
    if (!/^[1-9]\d*[KMG]B$/.test(pages)) throw noPageSize(pages);
    const prefix = `hugetlb.${pages}`;
    const value = bytesOf(`${prefix}.max`, max);
    const reserved = bytesOf(`${prefix}.rsvd.max`, rsvdMax);
    return [
      ...write(`${prefix}.${limit}`, value === "max" ? none : value),
      ...write(`${prefix}.rsvd.${limit}`, reserved === "max" ? none : reserved),
    ];
  });
}

function noPageSize(pages: string): CgroupError {
  return new CgroupError("WB_CGROUP_LIMIT", `${JSON.stringify(pages)} is no size of huge pages`, {
    value: pages,
    hint: "ls /sys/kernel/mm/hugepages has the sizes: 2MB, 1GB",
  });
}

/** All that Linux has on 64 bits, arch/…/mm/hugetlbpage.c: a group has the files of those that its machine has. */
const PAGE_SIZES = ["64KB", "1MB", "2MB", "32MB", "256MB", "512MB", "1GB", "2GB", "16GB"];

function statsV1(current: Current): HugetlbStats | undefined {
  return statsBy((prefix) => ({
    current: parseCount(current(`${prefix}.usage_in_bytes`)),
    max: parseSingle(current(`${prefix}.limit_in_bytes`)),
    rsvdCurrent: parseCount(current(`${prefix}.rsvd.usage_in_bytes`)),
    rsvdMax: parseSingle(current(`${prefix}.rsvd.limit_in_bytes`)),
    refused: parseCount(current(`${prefix}.failcnt`)),
  }));
}

function statsV2(current: Current): HugetlbStats | undefined {
  return statsBy((prefix) => ({
    current: parseCount(current(`${prefix}.current`)),
    max: parseSingle(current(`${prefix}.max`)),
    rsvdCurrent: parseCount(current(`${prefix}.rsvd.current`)),
    rsvdMax: parseSingle(current(`${prefix}.rsvd.max`)),
    refused: parseFlatKeyed(current(`${prefix}.events`))["max"],
  }));
}

type Found = { readonly [K in keyof Required<HugePageStats>]: HugePageStats[K] | undefined };

function statsBy(read: (prefix: string) => Found): HugetlbStats | undefined {
  const all = PAGE_SIZES.flatMap((pages) => {
    const { current, max = "max", ...rest } = read(`hugetlb.${pages}`);
    return current === undefined ? [] : [[pages, { current, max, ...defined(rest) }] as const];
  });
  return all.length === 0 ? undefined : Object.fromEntries(all);
}
