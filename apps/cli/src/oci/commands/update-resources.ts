import { parseSize } from "@wb/cgroup";
import { given } from "../../runtime/resources/sizes.ts";
import { UserError } from "../../user-error.ts";
import type { OciFlagValues } from "../flags.ts";
import type { Resources } from "../resources.ts";

/** The flags of runc-update(8) for single limits. */
export const RESOURCE_FLAGS = {
  "blkio-weight": { type: "number", value: "10-1000", help: "The weight of block I/O" },
  "cpu-period": { type: "string", value: "us", help: "Microseconds of a period of the CPU's quota" },
  "cpu-quota": { type: "string", value: "us", help: "Microseconds of CPU time in each period; -1 for no limit" },
  "cpu-burst": { type: "string", value: "us", help: "Microseconds that a period may have of those before" },
  "cpu-share": { type: "string", value: "shares", help: "The weight of the CPU, 2 to 262144" },
  "cpu-rt-period": { type: "string", value: "us", help: "Microseconds of a period of real-time scheduling" },
  "cpu-rt-runtime": { type: "string", value: "us", help: "Microseconds of real-time scheduling in each period" },
  "cpu-idle": { type: "string", value: "0|1", help: "1: only what others leave of the CPU" },
  "cpuset-cpus": { type: "string", value: "list", help: "The CPUs to run on: 0-3,7" },
  "cpuset-mems": { type: "string", value: "list", help: "The memory nodes to use" },
  memory: { type: "string", value: "bytes", help: "The limit of memory: 512m; -1 for none" },
  "memory-reservation": { type: "string", value: "bytes", help: "What is not reclaimed while others have more" },
  "memory-swap": { type: "string", value: "bytes", help: "The limit of memory and swap together; -1 for none" },
  "pids-limit": { type: "string", value: "count", help: "How many processes and threads; -1 for no limit" },
} as const;

/** What the flags ask for. @throws UserError for what is no number */
export function resourcesOf(flags: OciFlagValues<typeof RESOURCE_FLAGS>): Resources {
  const number = (name: keyof typeof RESOURCE_FLAGS, least: number): number | undefined => {
    const text = flags[name];
    return text === undefined || text === "" ? undefined : integerOf(name, `${text}`, least);
  };
  const bytes = (name: keyof typeof RESOURCE_FLAGS): number | undefined => {
    const text = flags[name];
    return text === undefined || text === "" ? undefined : bytesOf(name, `${text}`);
  };
  return (
    given({
      memory: given({
        limit: bytes("memory"),
        reservation: bytes("memory-reservation"),
        swap: bytes("memory-swap"),
      }),
      cpu: given({
        shares: number("cpu-share", 0),
        quota: number("cpu-quota", -1),
        burst: number("cpu-burst", 0),
        period: number("cpu-period", 0),
        realtimeRuntime: number("cpu-rt-runtime", -1),
        realtimePeriod: number("cpu-rt-period", 0),
        cpus: flags["cpuset-cpus"],
        mems: flags["cpuset-mems"],
        idle: number("cpu-idle", 0),
      }),
      pids: given({ limit: number("pids-limit", -1) }),
      blockIO: given({ weight: flags["blkio-weight"] }),
    }) ?? {}
  );
}

function integerOf(name: string, text: string, least: number): number {
  const number = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new UserError(`invalid value for ${name}: ${JSON.stringify(text)}`, {
    hint: `a whole number, ${least} or more, is meant`,
  });
}

function bytesOf(name: string, text: string): number {
  const size = text === "-1" ? -1 : parseSize(text);
  if (size !== undefined) return size;
  throw new UserError(`invalid value for ${name}: invalid size: '${text}'`, { hint: "512m and -1 are such" });
}
