import { type Controller, type Current, onlyOnV2, type Write } from "../controller.ts";
import { CgroupError } from "../error.ts";
import type { CpusetLimits } from "../limits.ts";

/** What the group's processes may really use, in the form of cpuset(7): `0-3,5`. */
export interface CpusetStats {
  readonly cpus: string;
  readonly mems: string;
}

/** cpuset(7), Documentation/admin-guide/cgroup-v1/cpusets.rst (Linux 2.6.24); cgroup-v2.rst, "Cpuset" (Linux 5.0). */
export const cpuset: Controller<CpusetLimits, CpusetStats> = {
  v1: {
    controller: "cpuset",
    writes: (limits, current) => {
      onlyOnV2("cpuset.cpus.partition", limits.partition, "member");
      return lists(limits, current);
    },
    stats: (current) => statsOf(current("cpuset.effective_cpus"), current("cpuset.effective_mems")),
  },
  v2: {
    controller: "cpuset",
    writes: (limits, current) => {
      const { partition } = limits;
      if (partition !== undefined && !PARTITIONS.includes(partition)) throw noPartition(partition);
      return [
        ...lists(limits, current),
        ...(partition === undefined ? [] : [{ file: "cpuset.cpus.partition", value: partition }]),
      ];
    },
    stats: (current) => statsOf(current("cpuset.cpus.effective"), current("cpuset.mems.effective")),
  },
};

const PARTITIONS: readonly string[] = ["member", "root", "isolated"];

function noPartition(value: string): CgroupError {
  return new CgroupError("WB_CGROUP_LIMIT", `cpuset.cpus.partition is ${value}; it must be ${PARTITIONS.join(", ")}`, {
    value,
  });
}

function lists({ cpus, mems }: CpusetLimits, current: Current): Write[] {
  return [...list("cpuset.cpus", cpus, current), ...list("cpuset.mems", mems, current)];
}

/** The kernel sees no write of nothing: an empty list is a newline. */
function list(file: string, value: string | undefined, current: Current): Write[] {
  if (value === undefined) return [];
  if (!isList(value)) {
    throw new CgroupError("WB_CGROUP_LIMIT", `${file} is ${JSON.stringify(value)}; it must be a list such as 0-3,5`, {
      value,
    });
  }
  const before = current(file)?.trim();
  const undo = before === undefined ? [] : [{ file, value: before || "\n" }];
  return [{ file, value: value || "\n", undo }];
}

/** cpuset(7), "List format". */
function isList(value: string): boolean {
  if (value === "") return true;
  return value.split(",").every((part) => {
    const [, first, last] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part) ?? [];
    return first !== undefined && Number(first) <= Number(last ?? first);
  });
}

function statsOf(cpus: string | undefined, mems: string | undefined): CpusetStats | undefined {
  return cpus === undefined || mems === undefined ? undefined : { cpus: cpus.trim(), mems: mems.trim() };
}
