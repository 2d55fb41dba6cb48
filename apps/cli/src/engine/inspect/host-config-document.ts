import { MASKED_PATHS, READONLY_PATHS } from "@wb/security";
import type { ContainerInfo } from "../containers/container-info.ts";
import type { NamespaceMode } from "../options/namespace-mode.ts";
import { networkModeText } from "../options/network-mode.ts";
import type { RunOptions } from "../run-options.ts";
import { bindText, volumesFromText, volumeText } from "./mounts-document.ts";
import { portBindings } from "./port-bindings.ts";
import { resourcesDocument } from "./resources-document.ts";

/** `HostConfig` of docker inspect: what is this machine's (moby, api/types/container, HostConfig). */
export function hostConfigDocument({ config }: Pick<ContainerInfo, "config">): object {
  const { options, restart, autoRemove, log } = config;
  const { privileged, tmpfs, namespaces, sysctls, annotations } = options;
  return {
    Binds: orNull([...options.volumes.map(bindText), ...options.namedVolumes.map(volumeText)]),
    ContainerIDFile: config.cidFile,
    LogConfig: { Type: log.driver, Config: mapOf(log.options) },
    NetworkMode: networkModeText(options.net),
    PortBindings: portBindings(options.ports),
    RestartPolicy: { Name: restart.name, MaximumRetryCount: restart.maximumRetryCount },
    AutoRemove: autoRemove,
    VolumeDriver: "",
    VolumesFrom: orNull(options.volumesFrom.map(volumesFromText)),
    CapAdd: orNull(options.capAdd.map(capabilityName).toSorted()),
    CapDrop: orNull(options.capDrop.map(capabilityName).toSorted()),
    CgroupnsMode: modeText(namespaces.cgroupns, "private"),
    Dns: options.dns,
    DnsOptions: options.dnsOptions,
    DnsSearch: options.dnsSearch,
    ExtraHosts: orNull(options.extraHosts.map(({ name, address }) => `${name}:${address}`)),
    GroupAdd: orNull(options.groupAdd.map(String)),
    IpcMode: modeText(namespaces.ipc, "private"),
    Cgroup: "",
    Links: null,
    OomScoreAdj: options.oomScoreAdj ?? 0,
    PidMode: modeText(namespaces.pid),
    Privileged: privileged,
    PublishAllPorts: options.publishAll,
    ReadonlyRootfs: options.readonly,
    SecurityOpt: orNull(securityWords(options)),
    ...(tmpfs.length === 0
      ? {}
      : { Tmpfs: new Map(tmpfs.map(({ destination, options: words }) => [destination, words.join(",")])) }),
    UTSMode: modeText(namespaces.uts),
    UsernsMode: modeText(namespaces.userns),
    ShmSize: options.shmSize ?? SHM_SIZE,
    ...(Object.keys(sysctls).length === 0 ? {} : { Sysctls: mapOf(sysctls) }),
    Runtime: "wb",
    ConsoleSize: [0, 0],
    Isolation: "",
    ...resourcesDocument(options),
    MaskedPaths: privileged ? null : MASKED_PATHS,
    ReadonlyPaths: privileged ? null : READONLY_PATHS,
    Init: options.init,
    ...(Object.keys(annotations).length === 0 ? {} : { Annotations: mapOf(annotations) }),
  };
}

/** An object whose keys are a user's, as templates and Go's order of keys need it. */
export function mapOf<T>(object: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(Object.entries(object));
}

function modeText(mode: NamespaceMode | undefined, otherwise = ""): string {
  if (mode === undefined) return otherwise;
  return mode.mode === "container" ? `container:${mode.container}` : mode.mode;
}

/** Bytes of /dev/shm. */
const SHM_SIZE = 64 * 2 ** 20;

/** Go has nil where nothing was given. */
export function orNull<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}

/** As docker's client writes it: `CAP_NET_ADMIN`, `ALL`. */
function capabilityName(text: string): string {
  const name = text.toUpperCase();
  return name === "ALL" || name.startsWith("CAP_") ? name : `CAP_${name}`;
}

function securityWords({ security }: RunOptions): string[] {
  const { seccomp, noNewPrivileges, apparmor } = security;
  return [
    ...(noNewPrivileges ? ["no-new-privileges"] : []),
    ...(seccomp === "builtin" ? [] : [`seccomp=${typeof seccomp === "object" ? seccomp.file : seccomp}`]),
    ...(apparmor === undefined ? [] : [`apparmor=${apparmor}`]),
  ];
}
