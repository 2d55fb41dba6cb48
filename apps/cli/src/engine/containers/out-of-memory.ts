import { type Cgroup, CgroupError, readCgroupFile } from "@wb/cgroup";
import { openContainerGroup } from "../../runtime/lifecycle/container-group.ts";
import type { ContainerRecord } from "../../runtime/lifecycle/container-record.ts";

/** Whether the kernel has killed a process of a container for want of memory, cgroup-v2.rst `oom_kill`; v1 counts since Linux 4.13. */
export async function isOutOfMemory(record: ContainerRecord | undefined): Promise<boolean> {
  const group = record === undefined ? undefined : await openContainerGroup(record);
  return group !== undefined && FILES.some((file) => /^oom_kill [1-9]/m.test(textOf(group, file)));
}

/** Of v2, and of v1. */
const FILES = ["memory.events", "memory.oom_control"] as const;

function textOf(group: Cgroup, file: string): string {
  try {
    return readCgroupFile(group, file) ?? "";
  } catch (error) {
    if (error instanceof CgroupError) return "";
    throw error;
  }
}
