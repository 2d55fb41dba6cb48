import { hostname as hostnameOfHost } from "node:os";
import type { Layout } from "@wb/cgroup";
import { type IdMap, idOutside } from "@wb/ns";
import type { Mount } from "@wb/rootfs";
import {
  addAndDrop,
  ALL_CAPABILITIES,
  DOCKER_CAPABILITIES,
  DOCKER_DEVICE_RULES,
  maskedPaths,
  ociCapabilities,
  PRIVILEGED_DEVICE_RULES,
  READONLY_PATHS,
  UnknownCapabilityError,
} from "@wb/security";
import type { CompleteSpec } from "../oci/complete-spec.ts";
import type { Resources } from "../oci/resources.ts";
import type { SpecLinux, SpecNamespace } from "../oci/spec-linux.ts";
import { accountingOf } from "../runtime/resources/accounting.ts";
import { UserError } from "../user-error.ts";
import type { Account } from "./account.ts";
import { callerNofile } from "./caller-limits.ts";
import { hostDevices } from "./host-devices.ts";
import { INIT_PATH } from "./init-program.ts";
import { resourcesOf } from "./resources-of.ts";
import type { RunOptions } from "./run-options.ts";
import { volumeMount } from "./volume.ts";

export interface ContainerIdentity {
  readonly id: string;
  /** The directory that becomes the root, once it is mounted. */
  readonly root: string;
  readonly cgroupsPath: string;
  readonly account: Account;
  readonly layout: Layout;
  /** A program of the host that is pid 1, and starts the command. */
  readonly init?: string | undefined;
}

/** The OCI configuration of a container that was asked for as docker is, with docker's defaults. */
export function containerSpec(options: RunOptions, identity: ContainerIdentity): CompleteSpec {
  const { id, root, cgroupsPath, account, layout, init } = identity;
  const hostname = options.hostname ?? (options.net === "host" ? hostnameOfHost() : id.slice(0, 12));
  const { privileged } = options;
  return {
    ociVersion: "1.2.0",
    root: { path: root, readonly: options.readonly },
    hostname,
    process: {
      terminal: options.tty,
      // With the group itself, as docker does since 20.10.18: a file that is closed to a group stays so (CVE-2022-36109).
      user: { uid: account.uid, gid: account.gid, additionalGids: [...new Set([account.gid, ...account.groups])] },
      args: init === undefined ? options.command : [INIT_PATH, "--", ...options.command],
      env: environment(options, { hostname, home: account.home }),
      cwd: options.workdir ?? "/",
      capabilities: ociCapabilities(containerCapabilities(options), account),
      ...(options.security.noNewPrivileges ? { noNewPrivileges: true } : {}),
      ...(options.security.apparmor === undefined ? {} : { apparmorProfile: options.security.apparmor }),
      rlimits: [callerNofile()],
    },
    mounts: [...defaultMounts(options), ...initMounts(init), ...wantedMounts(options)],
    linux: {
      namespaces: namespaces(options).map((type) => ({ type })),
      ...(options.usernsRemap.length === 0 ? {} : idMappings(options.usernsRemap)),
      cgroupsPath,
      resources: resources(options, layout),
      devices: privileged ? hostDevices() : [],
      maskedPaths: privileged ? [] : maskedPaths(),
      readonlyPaths: privileged ? [] : READONLY_PATHS,
    },
  };
}

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Later ones win: what was asked for over what is given. */
function environment({ env, tty }: RunOptions, { hostname, home }: { hostname: string; home: string }): string[] {
  const variables = new Map([
    ...(tty ? [["TERM", "xterm"] as const] : []),
    ["PATH", DEFAULT_PATH],
    ["HOSTNAME", hostname],
    ["HOME", home],
  ]);
  for (const text of env) {
    const equals = text.indexOf("=");
    const name = equals === -1 ? text : text.slice(0, equals);
    const value = equals === -1 ? process.env[name] : text.slice(equals + 1);
    // `-e NAME` of a variable that is not set here unsets it there.
    if (value === undefined) variables.delete(name);
    else variables.set(name, value);
  }
  return [...variables].map(([name, value]) => `${name}=${value}`);
}

/** Docker gives a privileged container all of them, whatever is added or dropped. */
export function containerCapabilities({ privileged, capAdd, capDrop }: RunOptions): bigint {
  try {
    const wanted = addAndDrop(DOCKER_CAPABILITIES, capAdd, capDrop);
    return privileged ? ALL_CAPABILITIES : wanted;
  } catch (error) {
    if (error instanceof UnknownCapabilityError) throw new UserError(error.message, { cause: error });
    throw error;
  }
}

function namespaces({ net, usernsRemap }: RunOptions): SpecNamespace[] {
  return [
    ...(usernsRemap.length === 0 ? [] : (["user"] as const)),
    ...(["mount", "pid", "ipc", "uts", "cgroup"] as const),
    ...(net === "none" ? (["network"] as const) : []),
  ];
}

function idMappings(maps: readonly IdMap[]): Pick<SpecLinux, "uidMappings" | "gidMappings"> {
  const mappings = maps.map(({ inside, outside, count }) => ({ containerID: inside, hostID: outside, size: count }));
  return { uidMappings: mappings, gidMappings: mappings };
}

/** The group that terminals belong to. */
const TTY_GROUP = 5;

/** moby's default mounts, oci/defaults.go. */
function defaultMounts({ privileged, usernsRemap }: RunOptions): Mount[] {
  const readonly = privileged ? [] : ["ro"];
  const hasTty = usernsRemap.length === 0 || idOutside(usernsRemap, TTY_GROUP) !== undefined;
  return [
    { destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"] },
    {
      destination: "/dev",
      type: "tmpfs",
      source: "tmpfs",
      options: ["nosuid", "strictatime", "mode=755", "size=65536k"],
    },
    {
      destination: "/dev/pts",
      type: "devpts",
      source: "devpts",
      options: [
        "nosuid",
        "noexec",
        "newinstance",
        "ptmxmode=0666",
        "mode=0620",
        ...(hasTty ? [`gid=${TTY_GROUP}`] : []),
      ],
    },
    { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", ...readonly] },
    {
      destination: "/sys/fs/cgroup",
      type: "cgroup",
      source: "cgroup",
      options: ["nosuid", "noexec", "nodev", ...readonly],
    },
    { destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: ["nosuid", "noexec", "nodev"] },
    {
      destination: "/dev/shm",
      type: "tmpfs",
      source: "shm",
      options: ["nosuid", "noexec", "nodev", "mode=1777", "size=67108864"],
    },
  ];
}

function initMounts(init: string | undefined): Mount[] {
  if (init === undefined) return [];
  return [{ destination: INIT_PATH, type: "bind", source: init, options: ["bind", "ro", "nosuid", "nodev"] }];
}

/** What lies in another mount comes after it, as docker sorts them. */
function wantedMounts({ tmpfs, volumes }: RunOptions): Mount[] {
  const mounts = [...tmpfs.map(tmpfsMount), ...volumes.map(volumeMount)];
  const depth = ({ destination }: Mount): number => destination.split("/").length;
  return mounts.toSorted((a, b) => depth(a) - depth(b));
}

function tmpfsMount({ destination, options }: RunOptions["tmpfs"][number]): Mount {
  return { destination, type: "tmpfs", source: "tmpfs", options: ["noexec", "nosuid", "nodev", ...options] };
}

function resources(options: RunOptions, layout: Layout): Resources {
  const { memory, memorySwap, privileged } = options;
  // Docker lets a container swap as much again as it has memory.
  const swaps = memory !== undefined && memorySwap === undefined && accountingOf(layout).swap;
  const { pids, ...limits } = resourcesOf({ ...options, ...(swaps ? { memorySwap: 2 * memory } : {}) });
  return {
    devices: privileged ? PRIVILEGED_DEVICE_RULES : DOCKER_DEVICE_RULES,
    ...limits,
    // Without a limit the container needs no controller for it.
    ...(options.pidsLimit === 0 || pids === undefined ? {} : { pids }),
  };
}
