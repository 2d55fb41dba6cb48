import { shortId } from "../names/short-id.ts";
import { percent } from "../words/percent.ts";
import { bytesSize, decimalSize } from "../words/sizes.ts";
import type { Columns } from "./column.ts";

/** What docker stats shows of a container. */
export interface StatsRow {
  /** As the command line names it. */
  readonly container: string;
  readonly id: string;
  readonly name: string;
  /** Undefined for one that did not answer. */
  readonly usage: StatsUsage | undefined;
}

export interface StatsUsage {
  /** Of one CPU: 200 for two that are busy. Undefined as long as there is only one sample. */
  readonly cpuPercent: number | undefined;
  /** Bytes, without the file cache that nobody used lately (`inactive_file`). */
  readonly memory: number;
  /** Bytes: the machine's memory where there is no limit. */
  readonly memoryLimit: number;
  /** Bytes since the container started. */
  readonly received: number;
  readonly sent: number;
  readonly blockRead: number;
  readonly blockWritten: number;
  readonly pids: number;
  /** Percent of the last 10 s in which some process waited for the CPU, memory or a disk: PSI, where the kernel has it. */
  readonly pressure?: { readonly [K in "cpu" | "memory" | "io"]: number | undefined } | undefined;
}

/** A container that does not run uses nothing. */
export const NO_USAGE: StatsUsage = {
  cpuPercent: 0,
  memory: 0,
  memoryLimit: 0,
  received: 0,
  sent: 0,
  blockRead: 0,
  blockWritten: 0,
  pids: 0,
};

export interface StatsContext {
  /** Cut ids: not with `--no-trunc`. */
  readonly truncate: boolean;
}

export type StatsField =
  | "BlockIO"
  | "CPUPerc"
  | "CPUPressure"
  | "Container"
  | "ID"
  | "IOPressure"
  | "MemPerc"
  | "MemPressure"
  | "MemUsage"
  | "Name"
  | "NetIO"
  | "PIDs";

/** The fields of docker stats (docker/cli, cli/command/container/formatter_stats.go), and those of PSI. */
export const STATS_COLUMNS: Columns<StatsField, StatsRow, StatsContext> = {
  BlockIO: used("BLOCK I/O", ({ blockRead, blockWritten }) => traffic(blockRead, blockWritten)),
  CPUPerc: used("CPU %", ({ cpuPercent }) => (cpuPercent === undefined ? "--" : percent(cpuPercent))),
  CPUPressure: used("CPU PSI", ({ pressure }) => share(pressure?.cpu)),
  Container: { header: "CONTAINER", value: ({ container }) => container },
  ID: { header: "CONTAINER ID", value: ({ id }, { truncate }) => (truncate ? shortId(id) : id) },
  IOPressure: used("I/O PSI", ({ pressure }) => share(pressure?.io)),
  MemPerc: used("MEM %", ({ memory, memoryLimit }) => percent(memoryLimit === 0 ? 0 : (memory / memoryLimit) * 100)),
  MemPressure: used("MEM PSI", ({ pressure }) => share(pressure?.memory)),
  MemUsage: used(
    "MEM USAGE / LIMIT",
    ({ memory, memoryLimit }) => `${bytesSize(memory)} / ${bytesSize(memoryLimit)}`,
    "-- / --",
  ),
  Name: { header: "NAME", value: ({ name }) => (name === "" ? "--" : name) },
  NetIO: used("NET I/O", ({ received, sent }) => traffic(received, sent)),
  PIDs: used("PIDS", ({ pids }) => String(pids)),
};

/** The columns of `docker stats`. */
export const STATS_FIELDS: readonly StatsField[] = [
  "ID",
  "Name",
  "CPUPerc",
  "MemUsage",
  "MemPerc",
  "NetIO",
  "BlockIO",
  "PIDs",
];

function used(
  header: string,
  value: (usage: StatsUsage) => string,
  none = "--",
): Columns<StatsField, StatsRow, StatsContext>[StatsField] {
  return { header, value: ({ usage }) => (usage === undefined ? none : value(usage)) };
}

/** `--` where the kernel has no PSI. */
function share(some: number | undefined): string {
  return some === undefined ? "--" : percent(some);
}

function traffic(from: number, to: number): string {
  return `${decimalSize(from, 3)} / ${decimalSize(to, 3)}`;
}
