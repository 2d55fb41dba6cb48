import type { Current, Write } from "./controller.ts";

export interface KeyedValue {
  readonly key: string;
  readonly value: string;
  /** What is written for a key that the file does not have. */
  readonly none: string;
}

/** A line of a file of `key value` lines, cgroup-v2.rst, "Format": what takes it back is the key's line before. */
export function writeKeyed(file: string, { key, value, none }: KeyedValue, current: Current): Write {
  const lines = current(file)?.split("\n");
  const before = lines?.find((line) => line.startsWith(`${key} `)) ?? `${key} ${none}`;
  return { file, value: `${key} ${value}`, undo: lines === undefined ? [] : [{ file, value: before }] };
}

/** The files of `key value` lines, and what is written for a key that is to have no line. */
const KEYED_FILES: Readonly<Record<string, string | undefined>> = {
  "blkio.bfq.weight_device": "0",
  "blkio.throttle.read_bps_device": "0",
  "blkio.throttle.read_iops_device": "0",
  "blkio.throttle.write_bps_device": "0",
  "blkio.throttle.write_iops_device": "0",
  "io.bfq.weight": "default",
  "io.latency": "target=0",
  "io.max": "rbps=max wbps=max riops=max wiops=max",
  "io.weight": "default",
  "misc.max": "max",
  "net_prio.ifpriomap": "0",
  "rdma.max": "hca_handle=max hca_object=max",
};

/** What takes back a line of a file that somebody else named, by what the file holds now; undefined where nothing can. */
export function undoOf({ file, value }: Pick<Write, "file" | "value">, current: Current): readonly Write[] | undefined {
  const before = current(file)?.trim();
  const none = KEYED_FILES[file];
  const [, key, rest] = /^(\S+) (.+)$/s.exec(value) ?? [];
  if (before !== undefined && none !== undefined && key !== undefined && rest !== undefined)
    return writeKeyed(file, { key, value: rest, none }, current).undo;
  return before === undefined || before === "" ? undefined : [{ file, value: before }];
}
