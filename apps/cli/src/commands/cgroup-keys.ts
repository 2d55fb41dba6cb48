import { bfqToWeight, type Limits } from "@wb/cgroup";
import { cpuMaxOf, cpuWeightOf, type Files, ioMaxOf, ioWeightOf, limitOf, swapMaxOf } from "./cgroup-v1-files.ts";
import {
  bool,
  classid,
  count,
  cpuMax,
  decimal,
  ioMax,
  ioWeight,
  keyed,
  rdmaMax,
  size,
  throttle,
} from "./cgroup-values.ts";

/** A key of `wb cgroup set` and `get`. */
export interface CgroupKey {
  /** The limits that a value stands for. */
  readonly set: (value: string, key: string) => Limits;
  /** A key of v2: what v1's files come to in its words. Absent where v1 has no such thing. */
  readonly onV1?: (files: Files) => string | undefined;
  /** A key of v1: v2's for the same; empty where v2 has no such thing. */
  readonly onV2?: string;
}

/** The key's row; undefined for a file that is read and written as it is. */
export function cgroupKey(key: string): CgroupKey | undefined {
  return Object.hasOwn(CGROUP_KEYS, key) ? CGROUP_KEYS[key] : hugetlbKey(key);
}

/** Of a key of v1 that v2 has no name for. */
const NONE = "";

/** The same file on both versions. */
function same(key: string, set: CgroupKey["set"]): CgroupKey {
  return { set, onV1: (files) => files(key)?.trim() };
}

/** One row for each key: how it is set, and how it reads on the other version. In the order of the listing. */
export const CGROUP_KEYS: Readonly<Record<string, CgroupKey>> = {
  "cpuset.cpus": same("cpuset.cpus", (value) => ({ cpuset: { cpus: value } })),
  "cpuset.mems": same("cpuset.mems", (value) => ({ cpuset: { mems: value } })),
  "cpuset.cpus.partition": { set: (value) => ({ cpuset: { partition: value as "member" } }) },
  "memory.max": {
    set: (value) => ({ memory: { max: size(value) } }),
    onV1: limitOf("memory.limit_in_bytes"),
  },
  "memory.high": { set: (value) => ({ memory: { high: size(value) } }) },
  "memory.low": {
    set: (value) => ({ memory: { low: size(value) } }),
    onV1: limitOf("memory.soft_limit_in_bytes"),
  },
  "memory.min": { set: (value) => ({ memory: { min: size(value) } }) },
  "memory.swap.max": { set: (value) => ({ memory: { swapMax: size(value) } }), onV1: swapMaxOf },
  "memory.oom.group": { set: (value, key) => ({ memory: { oomGroup: bool(value, key) } }) },
  "cpu.weight": { set: (value, key) => ({ cpu: { weight: decimal(value, key) } }), onV1: cpuWeightOf },
  "cpu.max": { set: (value, key) => ({ cpu: { max: cpuMax(value, key) } }), onV1: cpuMaxOf },
  "cpu.max.burst": {
    set: (value, key) => ({ cpu: { burstUs: decimal(value, key) } }),
    onV1: (files) => files("cpu.cfs_burst_us")?.trim(),
  },
  "cpu.idle": same("cpu.idle", (value, key) => ({ cpu: { idle: bool(value, key) } })),
  "pids.max": same("pids.max", (value, key) => ({ pids: { max: count(value, key) } })),
  "io.weight": { set: ioWeight, onV1: ioWeightOf },
  "io.max": { set: (value, key) => ({ io: { devices: ioMax(value, key) } }), onV1: ioMaxOf },
  "rdma.max": same("rdma.max", rdmaMax),
  "misc.max": same("misc.max", (value, key) => {
    const [resource, limit] = keyed(value, key);
    return { misc: { [resource]: count(limit, key) } };
  }),
  ...Object.fromEntries(
    ["cgroup.max.depth", "cgroup.max.descendants", "memory.zswap.max", "memory.zswap.writeback", "cpu.uclamp.min"]
      .concat("cpu.uclamp.max", "cpuset.cpus.exclusive", "io.latency", "io.bfq.weight", "io.prio.class")
      .concat("dmem.max", "dmem.low", "dmem.min")
      .map((name) => [name, unified()]),
  ),

  "memory.limit_in_bytes": { set: (value) => ({ memory: { max: size(value) } }), onV2: "memory.max" },
  "memory.soft_limit_in_bytes": { set: (value) => ({ memory: { low: size(value) } }), onV2: "memory.low" },
  "memory.memsw.limit_in_bytes": {
    set: (value, key) => ({ legacy: { [key]: value === "max" ? "-1" : value } }),
    onV2: "memory.swap.max",
  },
  "memory.swappiness": { set: (value, key) => ({ memory: { swappiness: decimal(value, key) } }), onV2: NONE },
  "memory.oom_control": { set: (value, key) => ({ memory: { oomKillDisable: bool(value, key) } }), onV2: NONE },
  "memory.kmem.limit_in_bytes": { set: (value) => ({ memory: { kernel: size(value) } }), onV2: NONE },
  "memory.kmem.tcp.limit_in_bytes": { set: (value) => ({ memory: { kernelTcp: size(value) } }), onV2: NONE },
  "cpu.shares": { set: (value, key) => ({ cpu: { shares: decimal(value, key) } }), onV2: "cpu.weight" },
  "cpu.cfs_quota_us": { set: (value, key) => ({ cpu: { max: { quotaUs: count(value, key) } } }), onV2: "cpu.max" },
  "cpu.cfs_period_us": { set: (value, key) => ({ cpu: { max: { periodUs: decimal(value, key) } } }), onV2: "cpu.max" },
  "cpu.cfs_burst_us": { set: (value, key) => ({ cpu: { burstUs: decimal(value, key) } }), onV2: "cpu.max.burst" },
  "blkio.weight": { set: bfqWeight, onV2: "io.weight" },
  "blkio.weight_device": { set: bfqWeight, onV2: "io.weight" },
  "blkio.bfq.weight": { set: bfqWeight, onV2: "io.weight" },
  "blkio.bfq.weight_device": { set: bfqWeight, onV2: "io.weight" },
  "blkio.throttle.read_bps_device": { set: throttle("rbps"), onV2: "io.max" },
  "blkio.throttle.write_bps_device": { set: throttle("wbps"), onV2: "io.max" },
  "blkio.throttle.read_iops_device": { set: throttle("riops"), onV2: "io.max" },
  "blkio.throttle.write_iops_device": { set: throttle("wiops"), onV2: "io.max" },
  "net_cls.classid": { set: (value, key) => ({ netCls: { classid: classid(value, key) } }), onV2: NONE },
  "net_prio.ifpriomap": {
    set: (value, key) => {
      const [name, priority] = keyed(value, key);
      return { netPrio: { ifpriomap: { [name]: decimal(priority, key) } } };
    },
    onV2: NONE,
  },
  "devices.allow": legacy(),
  "devices.deny": legacy(),
  "devices.list": legacy(),
  ...Object.fromEntries(
    ["cpu_exclusive", "mem_exclusive", "mem_hardwall", "memory_migrate", "memory_spread_page", "memory_spread_slab"]
      .concat("sched_load_balance", "sched_relax_domain_level")
      .map((name) => [`cpuset.${name}`, legacy()]),
  ),
  notify_on_release: legacy(),
  "cgroup.clone_children": legacy(),
};

/** BFQ's weight, 1 to 1000, which `io.weight` becomes on v1. */
function bfqWeight(value: string, key: string): Limits {
  return ioWeight(value, key, bfqToWeight);
}

/** A file of v2 that no limit is for: it is written as it is. */
function unified(): CgroupKey {
  return { set: (value, key) => ({ unified: { [key]: value } }) };
}

/** A file of v1 that no limit is for: it is written as it is. */
function legacy(): CgroupKey {
  return { set: (value, key) => ({ legacy: { [key]: value } }), onV2: NONE };
}

/** There is a key for each size of pages. */
function hugetlbKey(key: string): CgroupKey | undefined {
  const [, pages = "", reserved = "", limit] = /^hugetlb\.(\d+[KMG]B)\.(rsvd\.)?(max|limit_in_bytes)$/.exec(key) ?? [];
  if (limit === undefined) return undefined;
  const set = (value: string): Limits => ({
    hugetlb: { [pages]: { [reserved === "" ? "max" : "rsvdMax"]: size(value) } },
  });
  const prefix = `hugetlb.${pages}.${reserved}`;
  return limit === "max" ? { set, onV1: limitOf(`${prefix}limit_in_bytes`) } : { set, onV2: `${prefix}max` };
}
