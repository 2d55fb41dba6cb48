import { type Controller, type Write, write } from "../controller.ts";
import { CgroupError } from "../error.ts";
import type { HugetlbLimits } from "../limits.ts";
import { bytesOf } from "../size.ts";

/** Documentation/admin-guide/cgroup-v1/hugetlb.rst (Linux 3.6); cgroup-v2.rst, "HugeTLB" (Linux 5.6). */
export const hugetlb: Controller<HugetlbLimits, never> = {
  v1: { controller: "hugetlb", writes: (limits) => writesOf(limits, { limit: "limit_in_bytes", none: -1 }) },
  v2: { controller: "hugetlb", writes: (limits) => writesOf(limits, { limit: "max", none: "max" }) },
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
