import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { cgroupMounts } from "./cgroup-mounts.ts";

/** What a container may not leave behind on its host. Every list is sorted, so that two states can be compared as they are. */
export interface HostState {
  /** Mount points with their file system's type. */
  readonly mounts: readonly string[];
  /** Directories of every cgroup hierarchy, but those beside the group that this process is in. */
  readonly cgroups: readonly string[];
  /** Network interfaces of this network namespace. */
  readonly links: readonly string[];
  /** Namespaces that any process is in: `net:[4026531840]`. */
  readonly namespaces: readonly string[];
  /** Named network namespaces: /run/netns. */
  readonly netns: readonly string[];
  /** The children of this process, zombies too, as `pid command`. */
  readonly children: readonly string[];
  /** Everything under /run/wb, but the directories that containers share, which stay. */
  readonly run: readonly string[];
  /** Open files of this process, as `fd target`. */
  readonly fds: readonly string[];
}

/**
 * What the kernel says about the host now; take it before and after, and compare.
 *
 * @example
 * const before = hostState();
 * …
 * expect(hostState()).toEqual(before);
 */
export function hostState(): HostState {
  return {
    mounts: mounts(),
    cgroups: cgroupMounts()
      .flatMap(({ path }) => directories(path, neighbourhoods()))
      .toSorted(),
    links: list("/sys/class/net"),
    namespaces: namespaces(),
    netns: list("/run/netns"),
    children: children(),
    run: list("/run/wb", { recursive: true }).filter((name) => !SHARED.has(name)),
    fds: fds(),
  };
}

const SHARED: ReadonlySet<string> = new Set(["containers", "events", "oci", "supervised"]);

function mounts(): string[] {
  const lines = readFileSync("/proc/self/mountinfo", "utf8").split("\n").filter(Boolean);
  return lines.map((line) => `${line.split(" ")[4]} ${line.split(" - ")[1]?.split(" ")[0]}`).toSorted();
}

function directories(path: string, passedOver: ReadonlySet<string>): string[] {
  const below = unlessGone(() => readdirSync(path, { withFileTypes: true })) ?? [];
  const inside = below.filter((entry) => entry.isDirectory() && !passedOver.has(`/${entry.name}`));
  return [path, ...inside.flatMap((entry) => directories(join(path, entry.name), passedOver))];
}

/**
 * The groups below which this process was put: what stands beside its own there comes and goes with other work of whoever
 * manages this machine.
 */
function neighbourhoods(): ReadonlySet<string> {
  const own = readFileSync("/proc/self/cgroup", "utf8").split("\n");
  const paths = own.map((line) => line.slice(line.indexOf(":", line.indexOf(":") + 1) + 1));
  return new Set(paths.flatMap((path) => (dirname(path) === "/" || path === "" ? [] : [`/${path.split("/")[1]}`])));
}

function namespaces(): string[] {
  const found = new Set<string>();
  for (const pid of pids()) {
    const directory = `/proc/${pid}/ns`;
    for (const name of unlessGone(() => readdirSync(directory)) ?? []) {
      const link = unlessGone(() => readlinkSync(join(directory, name)));
      if (link !== undefined) found.add(link);
    }
  }
  return [...found].toSorted();
}

function children(): string[] {
  return pids()
    .flatMap((pid) => {
      const stat = unlessGone(() => readFileSync(`/proc/${pid}/stat`, "utf8")) ?? "";
      // proc_pid_stat(5): the command stands in parentheses and may hold spaces; state and parent follow it.
      const [, command, parent] = /^\d+ \((.*)\) \S (\d+)/su.exec(stat) ?? [];
      return Number(parent) === process.pid ? [`${pid} ${command}`] : [];
    })
    .toSorted();
}

function fds(): string[] {
  const directory = "/proc/self/fd";
  return readdirSync(directory)
    .flatMap((fd) => {
      const target = unlessGone(() => readlinkSync(join(directory, fd))); // the fd that listed the directory is gone
      return target === undefined ? [] : [`${fd} ${target}`];
    })
    .toSorted();
}

function pids(): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/u.test(name));
}

function list(directory: string, options: { recursive?: boolean } = {}): string[] {
  return (unlessGone(() => readdirSync(directory, { ...options, encoding: "utf8" })) ?? []).toSorted();
}

/** Undefined for what went away meanwhile (processes, cgroups) or is another user's. */
function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (["ENOENT", "ESRCH", "ENODEV", "EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return undefined;
    throw error;
  }
}
