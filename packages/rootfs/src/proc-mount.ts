import { call, type Instruction, MAGIC, memory, statfs, value } from "@wb/syscall";
import { componentsOf } from "./in-root.ts";

/** What may be mounted on in /proc besides procfs itself: files that lxcfs emulates, and those that runc allows with them. */
const EMULATED: ReadonlySet<string> = new Set([
  "proc/cpuinfo",
  "proc/diskstats",
  "proc/loadavg",
  "proc/meminfo",
  "proc/net/dev",
  "proc/slabinfo",
  "proc/stat",
  "proc/swaps",
  "proc/sys/crypto/fips_enabled",
  "proc/sys/kernel/ns_last_pid",
  "proc/uptime",
]);

/**
 * Nothing but procfs gets a place on /proc or in it, a few files aside: a runtime writes to /proc/self/attr and
 * /proc/sys there, and the container could choose what it writes to (CVE-2019-16884, CVE-2019-19921). The place counts, not
 * its name: a symbolic link may lead to it.
 */
export function keepProc(
  cell: string,
  { destination, type, isBind }: { readonly destination: string; readonly type: string | undefined; isBind: boolean },
): Instruction[] {
  const path = componentsOf(destination).join("/");
  if (EMULATED.has(path) || (type === "proc" && !isBind)) return [];
  if (path === "proc") {
    if (!isBind) throw new TypeError(`on /proc only procfs can be mounted, which ${JSON.stringify(type)} is not`);
    return isProc(cell, { otherwise: "only procfs can be mounted on /proc" });
  }
  if (path.startsWith("proc/"))
    throw new TypeError(`${JSON.stringify(destination)} is in /proc, where nothing can be mounted`);
  return isNotProc("target", { otherwise: `${destination} leads to /proc, where nothing can be mounted` });
}

function isProc(cell: string, { otherwise }: { readonly otherwise: string }): Instruction[] {
  return [
    ...statOf(cell),
    { jump: "procfs", when: { ...TYPE, equals: MAGIC.PROC } },
    refuse(otherwise),
    { label: "procfs" },
  ];
}

function isNotProc(cell: string, { otherwise }: { readonly otherwise: string }): Instruction[] {
  return [
    ...statOf(cell),
    { jump: "in procfs", when: { ...TYPE, equals: MAGIC.PROC } },
    { jump: "elsewhere" },
    { label: "in procfs" },
    refuse(otherwise),
    { label: "elsewhere" },
  ];
}

const TYPE = { value: "statfs", offset: 0 } as const;

function statOf(cell: string): Instruction[] {
  return [memory("statfs", statfs.size), call("fstatfs", value(cell), { address: "statfs" })];
}

/** A call that always fails, for no file descriptor is -1: its path is what the error says. */
export function refuse(reason: string): Instruction {
  return call("openat", -1, reason, 0, 0);
}
