import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { isErrno } from "@wb/syscall";

/** The pid of a container's supervisor, by the name that it has in ps(1): for when what it has cannot be found. */
export function findSupervisor(id: string): number | undefined {
  const own = pidNamespace("self");
  // A process in a container may take any name.
  const found = readdirSync("/proc").find(
    (name) => /^\d+$/.test(name) && commandLine(name) === `wb-supervisor ${id}\0` && pidNamespace(name) === own,
  );
  return found === undefined ? undefined : Number(found);
}

function pidNamespace(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "EACCES", "EPERM")) return undefined;
    throw error;
  }
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "EACCES", "EPERM")) return "";
    throw error;
  }
}
