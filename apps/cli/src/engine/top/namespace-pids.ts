import { readdirSync, readlinkSync } from "node:fs";
import { isErrno } from "@wb/syscall";

/** The processes in the pid namespace of one, pid_namespaces(7), of those that this process may look at. */
export function namespacePids(pid: number): number[] {
  const own = namespaceOf(pid);
  if (own === undefined || own === namespaceOf("self")) return [pid];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((one) => namespaceOf(one) === own).map(Number);
}

function namespaceOf(pid: number | string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "EACCES", "EPERM")) return undefined;
    throw error;
  }
}
