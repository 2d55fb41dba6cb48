import type { FlagValues } from "../flags.ts";

/** Flags of docker-update(1), which docker-run(1) has as well: limits that can change while a container runs. */
export const UPDATE_FLAGS = {
  "blkio-weight": { type: "string", value: "weight", help: "Share of disks that others want too, 10 to 1000" },
  "cpu-period": { type: "string", value: "µs", help: "The period of --cpu-quota, 1000 to 1000000 (usual: 100000)" },
  "cpu-quota": { type: "string", value: "µs", help: "CPU time in each period, at least 1000 (-1: no limit)" },
  "cpu-shares": {
    type: "string",
    short: "c",
    value: "shares",
    help: "Share of CPU time that others want too, 2 to 262144 (usual: 1024)",
  },
  cpus: { type: "string", value: "number", help: "How many CPUs the container may use: 0.5" },
  "cpuset-cpus": { type: "string", value: "list", help: "Which CPUs it may run on: 0-3,5" },
  "cpuset-mems": { type: "string", value: "list", help: "Which memory nodes it may use: 0-1" },
  memory: { type: "string", short: "m", value: "bytes", help: "Limit of memory: 64m, 1.5g" },
  "memory-reservation": { type: "string", value: "bytes", help: "Down to this memory is reclaimed only in need" },
  "memory-swap": {
    type: "string",
    value: "bytes",
    help: "Limit of memory and swap together (-1: no limit of swap)",
  },
  "pids-limit": { type: "string", value: "number", help: "How many processes and threads (-1: no limit)" },
} as const;

/** Those that docker-run(1) alone has. */
const RUN_ALONE = {
  "blkio-weight-device": { type: "list", value: "PATH:WEIGHT", help: "The same of one disk" },
  "device-read-bps": { type: "list", value: "PATH:RATE", help: "Bytes read of a disk in a second: /dev/sda:1mb" },
  "device-read-iops": { type: "list", value: "PATH:RATE", help: "Reads of a disk in a second" },
  "device-write-bps": { type: "list", value: "PATH:RATE", help: "Bytes written to a disk in a second" },
  "device-write-iops": { type: "list", value: "PATH:RATE", help: "Writes to a disk in a second" },
  "memory-swappiness": {
    type: "string",
    value: "number",
    help: "How readily memory is swapped out, 0 to 100; v1 only",
  },
  "oom-kill-disable": { type: "boolean", help: "Out of memory, let processes wait instead of killing one; v1 only" },
} as const;

/** All limits of docker-run(1). */
export const RESOURCE_FLAGS: typeof UPDATE_FLAGS & typeof RUN_ALONE = { ...UPDATE_FLAGS, ...RUN_ALONE };

export type ResourceFlags = FlagValues<typeof RESOURCE_FLAGS>;
