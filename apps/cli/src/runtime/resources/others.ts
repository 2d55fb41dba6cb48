import type { HugetlbLimits, Limits, MiscLimits } from "@wb/cgroup";
import type { NetworkResources, Resources } from "../../oci/resources.ts";
import { fromOci, given, noWord, some, toOci } from "./sizes.ts";

/**
 * config-linux.md, "PIDs": 0 is a limit since 1.3. A group that has a process has at least one, and one of 0 takes none in
 * by CLONE_INTO_CGROUP.
 */
export function pidsLimits({ limit }: NonNullable<Resources["pids"]>): Limits["pids"] {
  return limit === undefined ? undefined : { max: limit === 0 ? 1 : (fromOci(limit) ?? "max") };
}

export function ociPids({ max }: NonNullable<Limits["pids"]>): Resources["pids"] {
  return given({ limit: toOci(max) });
}

/** config-linux.md, "Huge page limits": of what is reserved, and of what is used. */
export function hugetlbLimits(limits: NonNullable<Resources["hugepageLimits"]>): HugetlbLimits | undefined {
  return some(Object.fromEntries(limits.map(({ pageSize, limit }) => [pageSize, { max: limit, rsvdMax: limit }])));
}

/** One limit where both are the same; files of v2 where they differ, or are none. */
export function ociHugepages(
  limits: HugetlbLimits,
): Pick<Resources, "hugepageLimits"> & { unified: Record<string, string> } {
  const rows = Object.entries(limits).map(([pageSize, { max, rsvdMax }]) => {
    const [used, reserved] = [toOci(max), toOci(rsvdMax)];
    const isOne = used !== undefined && used >= 0 && used === reserved;
    const text = (value: number | undefined): string | undefined =>
      value === undefined ? undefined : value < 0 ? "max" : String(value);
    const files = { [`hugetlb.${pageSize}.max`]: text(used), [`hugetlb.${pageSize}.rsvd.max`]: text(reserved) };
    return isOne ? { limit: { pageSize, limit: used }, files: {} } : { limit: undefined, files: given(files) ?? {} };
  });
  const hugepageLimits = rows.flatMap(({ limit }) => limit ?? []);
  return {
    ...(hugepageLimits.length === 0 ? {} : { hugepageLimits }),
    unified: Object.assign({}, ...rows.map(({ files }) => files)) as Record<string, string>,
  };
}

/** config-linux.md, "Network": of the controllers `net_cls` and `net_prio` of v1. */
export function networkLimits({ classID, priorities }: NetworkResources): Pick<Limits, "netCls" | "netPrio"> {
  const map = priorities?.map(({ name, priority }) => [name, priority] as const);
  return (
    given({
      netCls: classID === undefined || classID === 0 ? undefined : { classid: classID },
      netPrio: map === undefined || map.length === 0 ? undefined : { ifpriomap: Object.fromEntries(map) },
    }) ?? {}
  );
}

export function ociNetwork({ netCls, netPrio }: Limits): NetworkResources | undefined {
  const priorities = Object.entries(netPrio?.ifpriomap ?? {}).map(([name, priority]) => ({ name, priority }));
  return given({ classID: netCls?.classid, priorities: priorities.length === 0 ? undefined : priorities });
}

/** config-linux.md, "RDMA". */
export function rdmaLimits(rdma: NonNullable<Resources["rdma"]>): NonNullable<Limits["rdma"]> | undefined {
  const rows = Object.entries(rdma).map(([device, { hcaHandles, hcaObjects }]) => [
    device,
    given({ hcaHandle: hcaHandles, hcaObject: hcaObjects }),
  ]);
  return some(Object.fromEntries(rows));
}

/** "max" has no number there: it is left out, and the kernel's default. */
export function ociRdma(rdma: NonNullable<Limits["rdma"]>): Resources["rdma"] {
  const number = (count: number | "max" | undefined): number | undefined => (count === "max" ? undefined : count);
  const rows = Object.entries(rdma).map(([device, { hcaHandle, hcaObject }]) => [
    device,
    given({ hcaHandles: number(hcaHandle), hcaObjects: number(hcaObject) }),
  ]);
  return some(Object.fromEntries(rows));
}

/** A file of v2, which takes one line. @throws UserError for several resources */
export function ociMisc(misc: MiscLimits): Record<string, string> {
  const [first, second] = Object.entries(misc).map(([resource, max]) => `${resource} ${max}`);
  if (second !== undefined) throw noWord(`misc.max of both ${first} and ${second}`);
  return first === undefined ? {} : { "misc.max": first };
}
