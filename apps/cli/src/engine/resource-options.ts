import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseSize } from "@wb/cgroup";
import type { ResourceFlags } from "../commands/resource-flags.ts";
import { usage } from "../flags.ts";
import type { BlockIoResources } from "../oci/resources.ts";
import type { UserError } from "../user-error.ts";
import { throttleDevices, weightDevices } from "./device-rates.ts";

/** The limits that a command line asks for, checked: every value is in its unit. What was not given is undefined. */
export interface ResourceOptions {
  /** Bytes. */
  readonly memory: number | undefined;
  readonly memoryReservation: number | undefined;
  /** Bytes of memory and swap; -1: no limit. */
  readonly memorySwap: number | undefined;
  readonly memorySwappiness: number | undefined;
  readonly oomKillDisable: boolean | undefined;
  /** CPUs. */
  readonly cpus: number | undefined;
  readonly cpuShares: number | undefined;
  /** Microseconds; -1: no limit. */
  readonly cpuQuota: number | undefined;
  readonly cpuPeriod: number | undefined;
  readonly cpusetCpus: string | undefined;
  readonly cpusetMems: string | undefined;
  /** -1: no limit. */
  readonly pidsLimit: number | undefined;
  readonly blockIO: BlockIoResources | undefined;
}

/**
 * Checks what docker's daemon checks (moby, daemon/daemon_unix.go, verifyPlatformContainerResources). 0 is docker's way to
 * say that a limit is not given.
 *
 * @throws UserError naming the flag and its value
 */
export function resourceOptions(command: "run" | "update", flags: ResourceFlags): ResourceOptions {
  const invalid: Invalid = (flag, value, meant) =>
    usage(command, `invalid argument ${JSON.stringify(value)} for ${flag}: ${meant}`);
  const options = {
    memory: ifGiven(flags.memory, (text) => memory(invalid, "-m, --memory", text)),
    memoryReservation: ifGiven(flags["memory-reservation"], (text) => memory(invalid, "--memory-reservation", text)),
    memorySwap: ifGiven(flags["memory-swap"], (text) => (text === "-1" ? -1 : size(invalid, "--memory-swap", text))),
    memorySwappiness: ifGiven(flags["memory-swappiness"], (text) => swappiness(invalid, text)),
    oomKillDisable: flags["oom-kill-disable"],
    cpus: ifGiven(flags.cpus, (text) => cpus(invalid, text)),
    cpuShares: ifGiven(flags["cpu-shares"], (text) => integer(invalid, "--cpu-shares", text, SHARES)),
    cpuQuota: ifGiven(flags["cpu-quota"], (text) => quota(invalid, text)),
    cpuPeriod: ifGiven(flags["cpu-period"], (text) => integer(invalid, "--cpu-period", text, PERIOD)),
    cpusetCpus: list(invalid, "--cpuset-cpus", flags["cpuset-cpus"], CPUS),
    cpusetMems: list(invalid, "--cpuset-mems", flags["cpuset-mems"], NODES),
    pidsLimit: flags["pids-limit"] === undefined ? undefined : pids(invalid, flags["pids-limit"]),
    blockIO: blockIO(invalid, flags),
  };
  refuseContradictions(command, options);
  return options;
}

export type Invalid = (flag: string, value: string, meant: string) => UserError;

function ifGiven<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined || text === "0" ? undefined : parse(text);
}

/** docker's least: less than that is not enough for a process to start. */
const LEAST_MEMORY = 6 * 2 ** 20;
const SHARES = { least: 2, most: 262_144 };
const PERIOD = { least: 1000, most: 1_000_000 };
const WEIGHT = { least: 10, most: 1000 };

function size(invalid: Invalid, flag: string, text: string): number | undefined {
  const bytes = parseSize(text);
  if (bytes === undefined) throw invalid(flag, text, "a number of bytes, or one with b, k, m or g: 64m");
  return bytes === 0 ? undefined : bytes;
}

function memory(invalid: Invalid, flag: string, text: string): number | undefined {
  const bytes = size(invalid, flag, text);
  if (bytes !== undefined && bytes < LEAST_MEMORY) throw invalid(flag, text, "at least 6m");
  return bytes;
}

/** -1: the machine's, as docker has it. */
function swappiness(invalid: Invalid, text: string): number | undefined {
  return text === "-1" ? undefined : integer(invalid, "--memory-swappiness", text, { least: 0, most: 100 });
}

function cpus(invalid: Invalid, text: string): number | undefined {
  const number = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number === 0) return undefined;
  const most = availableParallelism();
  if (!(number >= 0.01 && number <= most))
    throw invalid("--cpus", text, `0.01 to ${most.toFixed(2)}, as there are only ${most} CPUs`);
  return number;
}

function quota(invalid: Invalid, text: string): number {
  const number = integer(invalid, "--cpu-quota", text, { least: -1, most: Number.MAX_SAFE_INTEGER });
  if (number >= 0 && number < 1000) throw invalid("--cpu-quota", text, "at least 1000, which is 1 ms, or -1");
  return number;
}

function pids(invalid: Invalid, text: string): number {
  return integer(invalid, "--pids-limit", text, { least: -1, most: 4_194_304 });
}

interface Range {
  readonly least: number;
  readonly most: number;
}

function integer(invalid: Invalid, flag: string, text: string, { least, most }: Range): number {
  const number = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most)) throw invalid(flag, text, `a whole number from ${least} to ${most}`);
  return number;
}

const CPUS = { what: "CPUs", file: "/sys/devices/system/cpu/online" };
/** A kernel without NUMA has no such file, and one node. */
const NODES = { what: "memory nodes", file: "/sys/devices/system/node/online" };

function list(
  invalid: Invalid,
  flag: string,
  text: string | undefined,
  { what, file }: typeof CPUS,
): string | undefined {
  if (text === undefined || text === "") return undefined;
  const wanted = numbersOf(text);
  if (wanted === undefined) throw invalid(flag, text, "a list such as 0-3,5");
  const available = online(file);
  const there = new Set(numbersOf(available));
  if (!wanted.every((number) => there.has(number)))
    throw invalid(flag, text, `the ${what} that there are: ${available}`);
  return text;
}

function online(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "0";
  }
}

/** cpuset(7), "List format"; undefined for what is none. */
function numbersOf(text: string): number[] | undefined {
  const ranges = text.split(",").map((part) => /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part));
  if (ranges.includes(null)) return undefined;
  return ranges.flatMap((match) => {
    const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  });
}

function blockIO(invalid: Invalid, flags: ResourceFlags): BlockIoResources | undefined {
  const weight = ifGiven(flags["blkio-weight"], (text) => integer(invalid, "--blkio-weight", text, WEIGHT));
  const parts = {
    ...(weight === undefined ? {} : { weight }),
    ...weightDevices(invalid, flags["blkio-weight-device"]),
    ...throttleDevices(invalid, flags),
  };
  return Object.keys(parts).length === 0 ? undefined : parts;
}

function refuseContradictions(command: "run" | "update", options: Omit<ResourceOptions, "blockIO">): void {
  const { memory: limit, memoryReservation: reservation, memorySwap: swap, cpus: number } = options;
  const { cpuPeriod, cpuQuota } = options;
  if (swap !== undefined && swap > 0) {
    if (limit === undefined && command === "run")
      throw usage(command, "--memory-swap is memory and swap together: give -m, --memory as well");
    if (limit !== undefined && swap < limit)
      throw usage(command, `--memory-swap, ${swap} bytes, must not be below -m, --memory, ${limit} bytes`);
  }
  if (limit !== undefined && reservation !== undefined && limit < reservation)
    throw usage(command, `-m, --memory, ${limit} bytes, must not be below --memory-reservation, ${reservation} bytes`);
  const other = cpuPeriod === undefined ? (cpuQuota === undefined ? undefined : "--cpu-quota") : "--cpu-period";
  if (number !== undefined && other !== undefined)
    throw usage(command, `conflicting options: --cpus and ${other} cannot both be set`);
}
