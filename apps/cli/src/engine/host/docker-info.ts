import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { isSystemdBooted } from "@wb/cgroup";
import { accountingOf } from "../../runtime/resources/accounting.ts";
import { dataDirectory, runDirectory } from "../store/directories.ts";
import type { ContainerState } from "../words/status-text.ts";
import type { HostInfo } from "./host-info.ts";

/** What docker info has of a machine and its containers, by docker's names (moby, api/types/system, Info), as far as there is such a thing here. */
export interface DockerInfo {
  readonly Containers: number;
  readonly ContainersRunning: number;
  readonly ContainersPaused: number;
  readonly ContainersStopped: number;
  readonly Images: number;
  readonly Driver: string;
  readonly LoggingDriver: string;
  readonly CgroupDriver: string;
  readonly CgroupVersion: string;
  readonly DockerRootDir: string;
  readonly RunRoot: string;
  readonly Name: string;
  readonly Warnings: readonly string[] | null;
  readonly [more: string]: unknown;
}

export interface Stored {
  /** Those of all containers. */
  readonly states: readonly ContainerState[];
  /** How many there are. */
  readonly images: number;
}

export function dockerInfo(host: HostInfo, { states, images }: Stored): DockerInfo {
  const { cgroup, security } = host;
  const running = states.filter((state) => state === "running" || state === "restarting").length;
  const paused = states.filter((state) => state === "paused").length;
  const limits = limitsOf(host);
  const warnings = Object.entries(limits).flatMap(([name, isThere]) =>
    isThere ? [] : [`WARNING: No ${WARNED[name as keyof typeof limits]}`],
  );
  const isUnified = cgroup.kind === "unified";
  return {
    ID: readIfThere("/etc/machine-id"),
    Containers: states.length,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: states.length - running - paused,
    Images: images,
    Driver: "overlay2",
    DriverStatus: null,
    Plugins: { Volume: ["local"], Network: ["host", "null"], Authorization: null, Log: ["json-file", "local", "none"] },
    ...limits,
    OomKillDisable: limits.MemoryLimit && !isUnified,
    IPv4Forwarding: readIfThere("/proc/sys/net/ipv4/ip_forward") === "1",
    Debug: false,
    SystemTime: new Date().toISOString(),
    LoggingDriver: "json-file",
    CgroupDriver: isUnified && isSystemdBooted() ? "systemd" : "cgroupfs",
    CgroupVersion: isUnified ? "2" : "1",
    KernelVersion: host.kernel.release,
    OperatingSystem: host.os ?? "",
    OSVersion: /^VERSION_ID="?([^"\n]*)/m.exec(readIfThere("/etc/os-release"))?.[1] ?? "",
    OSType: "linux",
    Architecture: host.kernel.machine,
    NCPU: host.cpus,
    MemTotal: host.memory,
    DockerRootDir: dataDirectory(),
    RunRoot: runDirectory(),
    Name: hostname(),
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: host.version,
    Runtimes: new Map([["wb", { path: "wb-oci" }]]),
    DefaultRuntime: "wb",
    LiveRestoreEnabled: true,
    SecurityOptions: [
      ...(security.apparmor ? ["name=apparmor"] : []),
      ...(security.seccomp ? ["name=seccomp,profile=builtin"] : []),
      ...(isUnified ? ["name=cgroupns"] : []),
    ],
    Warnings: warnings.length === 0 ? null : warnings,
  };
}

/** What can be limited: by the controllers that are there. */
function limitsOf({ cgroup }: HostInfo) {
  const controllers = new Set(cgroup.hierarchies.flatMap((hierarchy) => hierarchy.controllers));
  return {
    MemoryLimit: controllers.has("memory"),
    SwapLimit: accountingOf(cgroup).swap,
    CpuCfsPeriod: hasQuota(cgroup),
    CpuCfsQuota: hasQuota(cgroup),
    CPUShares: controllers.has("cpu"),
    CPUSet: controllers.has("cpuset"),
    PidsLimit: controllers.has("pids"),
  };
}

/** What the kernel has only with CONFIG_CFS_BANDWIDTH. v2's root group has no such file, and is of kernels that have it. */
function hasQuota({ hierarchies }: HostInfo["cgroup"]): boolean {
  const cpu = hierarchies.find(({ controllers }) => controllers.includes("cpu"));
  return cpu !== undefined && (cpu.version === 2 || existsSync(`${cpu.mountpoint}/cpu.cfs_quota_us`));
}

/** docker's words (moby, daemon/info.go). */
const WARNED: Readonly<Record<keyof ReturnType<typeof limitsOf>, string>> = {
  MemoryLimit: "memory limit support",
  SwapLimit: "swap limit support",
  CpuCfsPeriod: "cpu cfs period support",
  CpuCfsQuota: "cpu cfs quota support",
  CPUShares: "cpu shares support",
  CPUSet: "cpuset support",
  PidsLimit: "pids limit support",
};

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    // Not on this machine, or not for this user.
    return "";
  }
}
