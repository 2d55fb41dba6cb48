import { hostname as hostnameOfHost } from "node:os";
import type { Layout } from "@wb/cgroup";
import type { IdMap } from "@wb/ns";
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
  type Rlimit,
  UnknownCapabilityError,
} from "@wb/security";
import type { CompleteSpec } from "../oci/complete-spec.ts";
import type { DeviceRule, Resources } from "../oci/resources.ts";
import type { SpecLinux } from "../oci/spec-linux.ts";
import { accountingOf } from "../runtime/resources/accounting.ts";
import { UserError } from "../user-error.ts";
import type { Account } from "./account.ts";
import { callerNofile } from "./caller-limits.ts";
import { containerDevices } from "./container-devices.ts";
import { defaultMounts } from "./default-mounts.ts";
import { hostDevices } from "./host-devices.ts";
import { INIT_PATH } from "./init-program.ts";
import type { JoinedNamespaces } from "./joined-namespaces.ts";
import { isOthers } from "./namespace-options.ts";
import { namespaceReferences } from "./namespace-references.ts";
import { networkFileMounts } from "./networks/network-file-mounts.ts";
import { resourcesOf } from "./resources-of.ts";
import type { RunOptions } from "./run-options.ts";
import { volumeMount } from "./volume.ts";
import { namedVolumeMount } from "./volumes/named-volume-mount.ts";

export interface ContainerIdentity {
  readonly id: string;
  /** The directory that becomes the root, once it is mounted. */
  readonly root: string;
  readonly cgroupsPath: string;
  readonly account: Account;
  readonly layout: Layout;
  /** A program of the host that is pid 1, and starts the command. */
  readonly init?: string | undefined;
  /** Where the files of its network are. Default: its root's own. */
  readonly networkFiles?: string | undefined;
  /** The containers whose namespaces it joins. Default: none. */
  readonly joined?: JoinedNamespaces;
}

/** The OCI configuration of a container that was asked for as docker is, with docker's defaults. */
export function containerSpec(options: RunOptions, identity: ContainerIdentity): CompleteSpec {
  const { root, cgroupsPath, account, layout, init, joined } = identity;
  const { privileged, domainname, annotations, oomScoreAdj, namespaces, sysctls } = options;
  const hostname = hostnameOf(options, identity);
  const devices = containerDevices(privileged ? [] : options.devices);
  return {
    ociVersion: "1.2.0",
    root: { path: root, readonly: options.readonly },
    ...(isOthers(namespaces.uts) ? {} : { hostname }),
    ...(domainname === undefined ? {} : { domainname }),
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
      ...(oomScoreAdj === undefined ? {} : { oomScoreAdj }),
      rlimits: rlimits(options),
    },
    mounts: [
      ...defaultMounts(options),
      ...initMounts(init),
      ...networkMounts(options, identity),
      ...wantedMounts(options),
    ],
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    linux: {
      namespaces: namespaceReferences(options, joined),
      ...(options.usernsRemap.length === 0 ? {} : idMappings(options.usernsRemap)),
      cgroupsPath,
      resources: resources(options, layout, devices.rules),
      devices: privileged ? hostDevices() : devices.nodes,
      ...(Object.keys(sysctls).length === 0 ? {} : { sysctl: sysctls }),
      maskedPaths: privileged ? [] : maskedPaths(),
      readonlyPaths: privileged ? [] : READONLY_PATHS,
    },
  };
}

function hostnameOf({ hostname, net, namespaces: { uts } }: RunOptions, { id, joined }: ContainerIdentity): string {
  if (joined?.hostname !== undefined) return joined.hostname;
  return hostname ?? (net.mode === "host" || uts?.mode === "host" ? hostnameOfHost() : id.slice(0, 12));
}

/** The limit of open files is the caller's, unless it is given. */
function rlimits({ ulimits }: RunOptions): Rlimit[] {
  return [...(ulimits.some(({ type }) => type === "RLIMIT_NOFILE") ? [] : [callerNofile()]), ...ulimits];
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
    if (equals === -1) variables.delete(text);
    else variables.set(text.slice(0, equals), text.slice(equals + 1));
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

function idMappings(maps: readonly IdMap[]): Pick<SpecLinux, "uidMappings" | "gidMappings"> {
  const mappings = maps.map(({ inside, outside, count }) => ({ containerID: inside, hostID: outside, size: count }));
  return { uidMappings: mappings, gidMappings: mappings };
}

/** What the container is to have mounted there itself hides none of them. */
function networkMounts({ readonly, ...wanted }: RunOptions, { networkFiles }: ContainerIdentity): Mount[] {
  if (networkFiles === undefined) return [];
  const taken = new Set([...wanted.volumes, ...wanted.namedVolumes, ...wanted.tmpfs].map((mount) => mount.destination));
  return networkFileMounts(networkFiles, { readonly }).filter(({ destination }) => !taken.has(destination));
}

function initMounts(init: string | undefined): Mount[] {
  if (init === undefined) return [];
  return [{ destination: INIT_PATH, type: "bind", source: init, options: ["bind", "ro", "nosuid", "nodev"] }];
}

/** What lies in another mount comes after it, as docker sorts them. */
function wantedMounts({ tmpfs, volumes, namedVolumes }: RunOptions): Mount[] {
  const mounts = [...tmpfs.map(tmpfsMount), ...volumes.map(volumeMount), ...namedVolumes.map(namedVolumeMount)];
  const depth = ({ destination }: Mount): number => destination.split("/").length;
  return mounts.toSorted((a, b) => depth(a) - depth(b));
}

function tmpfsMount({ destination, options }: RunOptions["tmpfs"][number]): Mount {
  return { destination, type: "tmpfs", source: "tmpfs", options: ["noexec", "nosuid", "nodev", ...options] };
}

function resources(options: RunOptions, layout: Layout, rules: readonly DeviceRule[]): Resources {
  const { memory, memorySwap, privileged } = options;
  // Docker lets a container swap as much again as it has memory.
  const swaps = memory !== undefined && memorySwap === undefined && accountingOf(layout).swap;
  const { pids, ...limits } = resourcesOf({ ...options, ...(swaps ? { memorySwap: 2 * memory } : {}) });
  return {
    devices: privileged ? PRIVILEGED_DEVICE_RULES : [...DOCKER_DEVICE_RULES, ...rules, ...options.deviceRules],
    ...limits,
    // Without a limit the container needs no controller for it.
    ...(options.pidsLimit === 0 || pids === undefined ? {} : { pids }),
  };
}
