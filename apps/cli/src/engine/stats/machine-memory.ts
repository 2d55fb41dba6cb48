import { readFileSync } from "node:fs";

/** The machine's memory in bytes, proc_meminfo(5) `MemTotal`: the limit of what has none. */
export function machineMemory(text: string = readFileSync("/proc/meminfo", "utf8")): number {
  const [, kilobytes = "0"] = /^MemTotal: +(\d+) kB$/m.exec(text) ?? [];
  return Number(kilobytes) * 1024;
}
