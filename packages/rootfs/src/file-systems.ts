import type { Step } from "@wb/syscall";
import type { TargetKind } from "./in-root.ts";
import { mount } from "./mount.ts";

/** The Step that mounts procfs, proc(5), of the pid namespace that the process is in. Equivalent to `mount -t proc proc /proc`. */
export function proc(destination = "/proc"): Step {
  return mount({ destination, type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"] });
}

export interface ReadonlyOptions {
  /** Default false. */
  readonly readonly?: boolean;
}

/** The Step that mounts sysfs(5) of the network namespace that the process is in. Equivalent to `mount -t sysfs sysfs /sys`. */
export function sysfs(destination = "/sys", { readonly = false }: ReadonlyOptions = {}): Step {
  return mount({
    destination,
    type: "sysfs",
    source: "sysfs",
    options: ["nosuid", "noexec", "nodev", ...(readonly ? ["ro"] : [])],
  });
}

/** The Step that mounts a new instance of devpts, pts(4): its terminals are seen nowhere else. */
export function devpts(destination = "/dev/pts"): Step {
  return mount({
    destination,
    type: "devpts",
    source: "devpts",
    options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
  });
}

/** The Step that mounts the POSIX message queues of the ipc namespace, mq_overview(7). */
export function mqueue(destination = "/dev/mqueue"): Step {
  return mount({ destination, type: "mqueue", source: "mqueue", options: ["nosuid", "noexec", "nodev"] });
}

export interface TmpfsOptions {
  /** The most that it may hold, tmpfs(5): bytes, or a number with k, m, g or %. Default: half of the memory. */
  readonly size?: number | string;
  /** The mode of its root directory. Default 0o1777. */
  readonly mode?: number;
  /** More words of mount(8). Default `nosuid`, `nodev`. */
  readonly options?: readonly string[];
}

/** The Step that mounts an empty file system in memory, tmpfs(5). Equivalent to `mount -t tmpfs -o size=SIZE tmpfs DESTINATION`. */
export function tmpfs(
  destination: string,
  { size, mode = 0o1777, options = ["nosuid", "nodev"] }: TmpfsOptions = {},
): Step {
  const data = [`mode=${mode.toString(8)}`, ...(size === undefined ? [] : [`size=${size}`])];
  return mount({ destination, type: "tmpfs", source: "tmpfs", options: [...options, ...data] });
}

export interface BindOptions {
  /** The container may not write there, mounts below included. Default false. */
  readonly readonly?: boolean;
  /** Take the mounts below the source, too. Default true. */
  readonly recursive?: boolean;
  /** What the source is. Default `directory`. */
  readonly kind?: TargetKind;
}

/** The Step that shows a directory or file of the host in the container. Equivalent to `mount --rbind SOURCE ROOT/DESTINATION`. */
export function bind(
  source: string,
  destination: string,
  { readonly = false, recursive = true, kind = "directory" }: BindOptions = {},
): Step {
  const options = [recursive ? "rbind" : "bind", "rprivate", ...(readonly ? [recursive ? "rro" : "ro"] : [])];
  return mount({ destination, source, type: "bind", options }, { kind });
}
