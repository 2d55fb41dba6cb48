import { CgroupError } from "./error.ts";
import type {
  CpuLimits,
  CpuMax,
  CpusetLimits,
  HugePageLimits,
  IoDeviceLimits,
  IoLimits,
  Limits,
  MemoryLimits,
  NetClsLimits,
  NetPrioLimits,
  PidsLimits,
  RdmaDeviceLimits,
} from "./limits.ts";

/** A value, which its controller judges; an object of fields; one object for each key; a list of objects. */
type Shape = "value" | { readonly [field: string]: Shape } | readonly ["each" | "list", Shape];

type Fields<T> = { readonly [K in keyof Required<T>]: Shape };

/**
 * Refuses fields that there are not, and what is no object where one is meant: from JSON or JavaScript they come past the
 * types, and a limit that is silently passed over is none.
 *
 * @throws CgroupError `WB_CGROUP_LIMIT`
 */
export function checkShape(limits: Limits): void {
  check("limits", limits, LIMITS);
}

const DEVICE: Fields<IoDeviceLimits> = {
  major: "value",
  minor: "value",
  weight: "value",
  rbps: "value",
  wbps: "value",
  riops: "value",
  wiops: "value",
};
const CPU_MAX: Fields<CpuMax> = { quotaUs: "value", periodUs: "value" };
const CPU: Fields<CpuLimits> = { weight: "value", shares: "value", max: CPU_MAX, burstUs: "value", idle: "value" };
const CPUSET: Fields<CpusetLimits> = { cpus: "value", mems: "value", partition: "value" };
const HUGETLB: Fields<HugePageLimits> = { max: "value", rsvdMax: "value" };
const IO: Fields<IoLimits> = { weight: "value", devices: ["list", DEVICE] };
const MEMORY: Fields<MemoryLimits> = {
  max: "value",
  high: "value",
  low: "value",
  min: "value",
  swapMax: "value",
  oomGroup: "value",
  swappiness: "value",
  kernel: "value",
  kernelTcp: "value",
  oomKillDisable: "value",
};
const NET_CLS: Fields<NetClsLimits> = { classid: "value" };
const NET_PRIO: Fields<NetPrioLimits> = { ifpriomap: ["each", "value"] };
const PIDS: Fields<PidsLimits> = { max: "value" };
const RDMA: Fields<RdmaDeviceLimits> = { hcaHandle: "value", hcaObject: "value" };

const LIMITS: Fields<Limits> = {
  memory: MEMORY,
  cpu: CPU,
  pids: PIDS,
  cpuset: CPUSET,
  io: IO,
  hugetlb: ["each", HUGETLB],
  rdma: ["each", RDMA],
  misc: ["each", "value"],
  netCls: NET_CLS,
  netPrio: NET_PRIO,
  devices: ["list", "value"],
  unified: ["each", "value"],
  legacy: ["each", "value"],
};

function check(name: string, given: unknown, shape: Shape): void {
  if (given === undefined || shape === "value") return;
  const isList = Array.isArray(shape) && shape[0] === "list";
  if (typeof given !== "object" || given === null || Array.isArray(given) !== isList)
    throw refused(`${name} is ${JSON.stringify(given)}`, `${isList ? "a list" : "an object"} is meant`);
  if (isRepeated(shape)) {
    for (const [key, value] of Object.entries(given)) check(`${name}.${key}`, value, shape[1]);
    return;
  }
  for (const [key, value] of Object.entries(given)) {
    const inner = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (inner === undefined)
      throw refused(
        `there is no field ${JSON.stringify(key)} of ${name}`,
        `there are ${Object.keys(shape).join(", ")}`,
      );
    check(name === "limits" ? key : `${name}.${key}`, value, inner);
  }
}

function isRepeated(shape: Exclude<Shape, "value">): shape is readonly ["each" | "list", Shape] {
  return Array.isArray(shape);
}

function refused(what: string, hint: string): CgroupError {
  return new CgroupError("WB_CGROUP_LIMIT", `${what}; ${hint}`);
}
