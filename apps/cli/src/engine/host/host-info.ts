import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, machine, release, totalmem } from "node:os";
import { detect, type Layout } from "@wb/cgroup";
import { type IdMap, parseIdMap } from "@wb/ns";
import { ALL_CAPABILITIES, capabilityNames, heldCapabilities } from "@wb/security";
import manifest from "../../../package.json" with { type: "json" };
import { containerIds } from "../state.ts";
import { type IdRange, subordinateIds } from "../subordinate-ids.ts";
import { abilities, type Ability, overlayDepth } from "./abilities.ts";

/** What `wb info` tells of a machine. */
export interface HostInfo {
  readonly version: string;
  readonly node: string;
  readonly kernel: { readonly release: string; readonly machine: string };
  /** PRETTY_NAME of os-release(5). */
  readonly os: string | undefined;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  /** Ids of the containers that have a state. */
  readonly containers: readonly string[];
  readonly cgroup: Layout;
  readonly overlay: { /** How many overlays fit on / , one on the other. */ readonly depth: number };
  readonly ids: {
    /** Those of this process's user namespace. */
    readonly uidMap: readonly IdMap[];
    readonly gidMap: readonly IdMap[];
    /** What subuid(5) and subgid(5) give this user. */
    readonly subuid: readonly IdRange[];
    readonly subgid: readonly IdRange[];
  };
  readonly security: {
    readonly capabilities: readonly string[];
    readonly missingCapabilities: readonly string[];
    readonly seccomp: boolean;
    readonly apparmor: boolean;
    readonly selinux: boolean;
  };
  readonly abilities: readonly Ability[];
}

/** Looks at this machine as this user sees it. */
export function hostInfo(): HostInfo {
  const cgroup = detect();
  const { permitted } = heldCapabilities();
  return {
    version: manifest.version,
    node: process.version,
    kernel: { release: release(), machine: machine() },
    os: /^PRETTY_NAME="?([^"\n]*)/m.exec(readIfThere("/etc/os-release"))?.[1],
    cpus: availableParallelism(),
    memory: totalmem(),
    containers: containerIds(),
    cgroup,
    overlay: { depth: overlayDepth() },
    ids: {
      uidMap: parseIdMap(readIfThere("/proc/self/uid_map")),
      gidMap: parseIdMap(readIfThere("/proc/self/gid_map")),
      subuid: subordinateIds("subuid"),
      subgid: subordinateIds("subgid"),
    },
    security: {
      capabilities: capabilityNames(permitted),
      missingCapabilities: capabilityNames(ALL_CAPABILITIES & ~permitted),
      seccomp: /^Seccomp:/m.test(readIfThere("/proc/self/status")),
      apparmor: readIfThere("/sys/module/apparmor/parameters/enabled").startsWith("Y"),
      selinux: existsSync("/sys/fs/selinux/enforce"),
    },
    abilities: abilities(cgroup),
  };
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Not on this kernel, or not for this user.
    return "";
  }
}
