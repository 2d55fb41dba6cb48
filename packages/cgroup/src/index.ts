export { Cgroup } from "./cgroup.ts";
export { type CgroupStats } from "./controllers.ts";
export { type CpuStats } from "./controllers/cpu-stats.ts";
export { type CpusetStats } from "./controllers/cpuset.ts";
export { type HugePageStats, type HugetlbStats } from "./controllers/hugetlb.ts";
export { type IoDeviceStats, type IoStats } from "./controllers/io-stats.ts";
export { type StatsOptions } from "./read-stats.ts";
export { type MemoryStats } from "./controllers/memory-stats.ts";
export { type MiscStats } from "./controllers/misc.ts";
export { type PidsStats } from "./controllers/pids.ts";
export { type RdmaStats } from "./controllers/rdma.ts";
export { bfqToWeight, sharesToWeight, weightToShares } from "./convert.ts";
export { createScope } from "./create-scope.ts";
export { createCgroup } from "./create.ts";
export { detect, type DetectOptions } from "./detect.ts";
export { type DeviceRule } from "./devices/rule.ts";
export { type Entrance, type EntranceOptions, type EntrancePlan } from "./entrance.ts";
export { CgroupError, type CgroupErrorCode } from "./error.ts";
export {
  type CgroupEvent,
  type MemoryEvent,
  type MemoryEventType,
  type PressureEvent,
  type PressureTrigger,
  type StateEvent,
} from "./events/event.ts";
export { type EventsOptions } from "./events/events.ts";
export { isFrozen } from "./is-frozen.ts";
export { hierarchyId, parseLayout, type Hierarchy, type Layout, type LayoutSources, type Read } from "./layout.ts";
export {
  type CpuLimits,
  type CpuMax,
  type CpusetLimits,
  type HugePageLimits,
  type HugetlbLimits,
  type IoDeviceLimits,
  type IoLimits,
  type Limits,
  type MemoryLimits,
  type MiscLimits,
  type NetClsLimits,
  type NetPrioLimits,
  type PidsLimits,
  type RdmaDeviceLimits,
  type RdmaLimits,
} from "./limits.ts";
export { groupsBelow, type GroupBelow } from "./list.ts";
export { mountNamedHierarchy, unmountNamedHierarchy } from "./named-hierarchy.ts";
export { openCgroup, type OpenOptions } from "./open.ts";
export { cgroupPath } from "./path.ts";
export { type PidsOptions } from "./pids.ts";
export { planCgroup, type CgroupPlan, type PlanOptions } from "./plan.ts";
export { type Pressure, type PressureStats, type Stall } from "./pressure.ts";
export { readCgroupFile, type GroupPath } from "./read-file.ts";
export { releaseAgent, setReleaseAgent } from "./release-agent.ts";
export { type WaitOptions } from "./remove.ts";
export { parseSize, type Size } from "./size.ts";
export { createDelegatedCgroup } from "./rootless/create-delegated.ts";
export { delegatedLayout, type DelegatedOptions } from "./rootless/delegated-layout.ts";
export { isSystemdBooted } from "./systemd/booted.ts";
export { type ManagerKind } from "./systemd/manager.ts";
export { openScope, type OpenScopeOptions } from "./systemd/open-scope.ts";
export { planScope, type ScopeOptions, type ScopePlan } from "./systemd/plan.ts";
export { type UnitProperty } from "./systemd/properties.ts";
export { type Scope } from "./systemd/scope.ts";
export { unitName, type UnitName, type UnitNameOptions } from "./systemd/unit.ts";
