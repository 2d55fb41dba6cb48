import type { Limits } from "@wb/cgroup";
import { RUNTIME_DEVICE_RULES } from "@wb/security";
import type { DeviceRule, Resources } from "../oci/resources.ts";
import type { Accounting } from "./resources/accounting.ts";
import { blockIoLimits, ociBlockIo } from "./resources/block-io.ts";
import { cpuLimits, ociCpu, ociCpuset } from "./resources/cpu.ts";
import { memoryLimits, ociMemory } from "./resources/memory.ts";
import {
  hugetlbLimits,
  networkLimits,
  ociHugepages,
  ociMisc,
  ociNetwork,
  ociPids,
  ociRdma,
  pidsLimits,
  rdmaLimits,
} from "./resources/others.ts";
import { given, some } from "./resources/sizes.ts";

const USUAL: Accounting = { swap: true, blkio: false };

/**
 * The limits of an OCI configuration's `linux.resources` as `@wb/cgroup` takes them.
 *
 * @throws UserError for what contradicts itself
 */
export function cgroupLimits(resources: Resources, accounting: Accounting = USUAL): Limits {
  const { devices, memory, cpu, pids, blockIO, hugepageLimits, network, rdma, unified } = resources;
  const limits = {
    memory: memory === undefined ? undefined : memoryLimits(memory, accounting),
    ...(cpu === undefined ? {} : cpuLimits(cpu)),
    pids: pids === undefined ? undefined : pidsLimits(pids),
    io: blockIO === undefined ? undefined : blockIoLimits(blockIO, accounting),
    hugetlb: hugepageLimits === undefined ? undefined : hugetlbLimits(hugepageLimits),
    ...(network === undefined ? {} : networkLimits(network)),
    rdma: rdma === undefined ? undefined : rdmaLimits(rdma),
    unified,
    devices: devices === undefined ? undefined : deviceRules(devices.map(withoutWildcards)),
  };
  return given(limits) ?? {};
}

/**
 * Limits as `linux.resources` of a configuration. What the specification has no word for becomes a file of v2, in `unified`.
 * `cgroupLimits` of the answer is those limits again, with shares for a weight of the CPU.
 *
 * @throws UserError for what cannot be said there
 */
export function ociResources(limits: Limits, accounting: Accounting = USUAL): Resources {
  const { memory, cpu, cpuset, pids, io, hugetlb, rdma, misc, unified, legacy, devices } = limits;
  const memoryPart = ociMemory(memory ?? {});
  const cpusetPart = ociCpuset(cpuset ?? {});
  const ioPart = ociBlockIo(io ?? {}, accounting);
  const { unified: hugepageFiles, ...hugepages } = ociHugepages(hugetlb ?? {});
  return (
    given({
      devices: devices === undefined ? undefined : withoutRuntimeRules(devices),
      memory: memoryPart.memory,
      cpu: given({ ...ociCpu(cpu ?? {}, legacy), ...cpusetPart.cpu }),
      pids: pids === undefined ? undefined : ociPids(pids),
      blockIO: ioPart.blockIO,
      ...hugepages,
      network: ociNetwork(limits),
      rdma: rdma === undefined ? undefined : ociRdma(rdma),
      unified: some({
        ...memoryPart.unified,
        ...cpusetPart.unified,
        ...ioPart.unified,
        ...hugepageFiles,
        ...ociMisc(misc ?? {}),
        ...unified,
      }),
    }) ?? {}
  );
}

/** What a list does not say is denied, as runc has it: a list that begins with single devices allows those alone. */
function deviceRules(rules: readonly DeviceRule[]): DeviceRule[] {
  const [{ type = "a", major, minor, access = "rwm" } = { type: "c" }] = rules;
  const beginsAnew = type === "a" && major === undefined && minor === undefined && /^(?=.*r)(?=.*w).*m/.test(access);
  return [...(beginsAnew ? [] : [DENY_ALL]), ...rules, ...RUNTIME_DEVICE_RULES];
}

const DENY_ALL: DeviceRule = { allow: false, access: "rwm" };

/** Some configurations write -1 for "every number", and an `a` among the letters, which runc passes over. */
function withoutWildcards({ major, minor, access, ...rule }: DeviceRule): DeviceRule {
  const number = (value: number | undefined): number | undefined => (value === -1 ? undefined : value);
  return { ...rule, ...given({ major: number(major), minor: number(minor), access: access?.replaceAll("a", "") }) };
}

function withoutRuntimeRules(rules: readonly DeviceRule[]): readonly DeviceRule[] {
  const own = rules.slice(0, Math.max(0, rules.length - RUNTIME_DEVICE_RULES.length));
  const isAppended = JSON.stringify(rules.slice(own.length)) === JSON.stringify(RUNTIME_DEVICE_RULES);
  return isAppended ? own : rules;
}
