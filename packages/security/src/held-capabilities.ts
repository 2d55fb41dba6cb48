import { readFileSync } from "node:fs";
import type { CapabilityMask } from "./capability-name.ts";
import type { CapabilitySets } from "./capability-sets.ts";

/**
 * The sets of the calling thread: what it can give to a process that it makes, unless that has a user namespace of its own,
 * where every capability is held. Containers and virtual machines often lack some: CAP_SYS_RESOURCE for example.
 *
 * @example
 * const { sets, missing } = limitTo(wanted, heldCapabilities());
 */
export function heldCapabilities(): CapabilitySets {
  return parseStatus(readFileSync("/proc/thread-self/status", "utf8"));
}

/** The sets in the text of a /proc/pid/status, proc_pid_status(5). `CapAmb` is there since Linux 4.3. */
export function parseStatus(text: string): CapabilitySets {
  const read = (field: string): CapabilityMask => {
    const digits = new RegExp(`^${field}:\\s*([0-9a-f]+)$`, "mu").exec(text)?.[1];
    if (digits === undefined) throw new Error(`no ${field} in /proc/thread-self/status: ${JSON.stringify(text)}`);
    return BigInt(`0x${digits}`);
  };
  return {
    bounding: read("CapBnd"),
    effective: read("CapEff"),
    permitted: read("CapPrm"),
    inheritable: read("CapInh"),
    ambient: read("CapAmb"),
  };
}
