import { writeSync } from "node:fs";
import { type Hierarchy, hierarchyId } from "@wb/cgroup";
import { listImages } from "@wb/image";
import type { IdMap } from "@wb/ns";
import { isErrno } from "@wb/syscall";
import { type Command, command } from "../command/command.ts";
import { listInfos } from "../engine/containers/container-info.ts";
import { formatter } from "../engine/format/formatter.ts";
import { type DockerInfo, dockerInfo } from "../engine/host/docker-info.ts";
import { type HostInfo, hostInfo } from "../engine/host/host-info.ts";
import { storeOfImages } from "../engine/images/store-of-images.ts";
import { writeAll } from "../write-all.ts";
import { INFO } from "./info-flags.ts";

/** `wb info`: what this machine is, and can do. */
export const infoCommand: Command = command(INFO, ({ flags }) => {
  const info = hostInfo();
  if (flags.json === true) {
    writeAll(`${JSON.stringify(info, null, 2)}\n`);
    return 0;
  }
  const docker = dockerInfo(info, {
    states: readable(() => listInfos().map(({ state }) => state)),
    images: readable(() => listImages(storeOfImages())).length,
  });
  const { format = "" } = flags;
  writeAll(
    format === ""
      ? `${textOf(info, docker).join("\n")}\n`
      : `${formatter(format, { missing: "error", exitStatus: WRONG_TEMPLATE })(docker)}\n`,
  );
  for (const warning of format === "" ? (docker.Warnings ?? []) : []) writeSync(2, `${warning}\n`);
  return 0;
});

/** What this user may not look at is none of its. */
function readable<T>(list: () => T[]): T[] {
  try {
    return list();
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM")) return [];
    throw error;
  }
}

/** docker's status for what is no template. */
const WRONG_TEMPLATE = 64;

function textOf(
  { kernel, cgroup, overlay, ids, security, abilities, ...info }: HostInfo,
  docker: DockerInfo,
): string[] {
  const subordinate = (ranges: readonly { first: number; count: number }[]): string =>
    ranges.length === 0 ? "none" : ranges.map(({ first, count }) => `${first}:${count}`).join(", ");
  return [
    `wb: ${info.version}, Node.js ${info.node}`,
    `Kernel: Linux ${kernel.release} ${kernel.machine}`,
    ...(info.os === undefined ? [] : [`Operating system: ${info.os}`]),
    `CPUs: ${info.cpus}`,
    `Memory: ${(info.memory / 2 ** 30).toFixed(1)} GiB`,
    `Containers: ${docker.Containers}`,
    ` Running: ${docker.ContainersRunning}`,
    ` Paused: ${docker.ContainersPaused}`,
    ` Stopped: ${docker.ContainersStopped}`,
    `Images: ${docker.Images}`,
    `Storage Driver: ${docker.Driver}`,
    `Logging Driver: ${docker.LoggingDriver}`,
    `Cgroup Driver: ${docker.CgroupDriver}`,
    `Cgroup Version: ${docker.CgroupVersion}`,
    `Root Dir: ${docker.DockerRootDir}`,
    `Run Dir: ${docker.RunRoot}`,
    `Name: ${docker.Name}`,
    `Control groups: ${cgroup.kind}`,
    ...cgroup.hierarchies.map((hierarchy) => `  ${describeHierarchy(hierarchy)}`),
    ...(cgroup.unmounted.length === 0 ? [] : [`  not mounted: ${cgroup.unmounted.join(", ")}`]),
    ...(cgroup.disabled.length === 0 ? [] : [`  disabled at boot: ${cgroup.disabled.join(", ")}`]),
    `Overlays that fit on /, one on the other: ${overlay.depth}`,
    `Ids of this user namespace: users ${describeMaps(ids.uidMap)}; groups ${describeMaps(ids.gidMap)}`,
    `Subordinate ids of this user: users ${subordinate(ids.subuid)}; groups ${subordinate(ids.subgid)}`,
    `Capabilities: ${describeCapabilities(security)}`,
    `Security modules: ${["seccomp", "apparmor", "selinux"].filter((name) => security[name as "seccomp"]).join(", ") || "none"}`,
    "What wb can do here:",
    ...abilities.flatMap(({ name, works, problem, hint }) => [
      `  ${works ? "yes" : "no "}  ${name}`,
      ...(problem === undefined ? [] : [`       ${problem}`]),
      ...(hint === undefined ? [] : [`       hint: ${hint}`]),
    ]),
  ];
}

function describeHierarchy(hierarchy: Hierarchy): string {
  const { version, controllers, mountpoint } = hierarchy;
  if (version === 1) return `v1 ${hierarchyId(hierarchy)} on ${mountpoint}`;
  return `v2 on ${mountpoint}: ${controllers.length === 0 ? "no controllers" : controllers.join(", ")}`;
}

/** `0:0:4294967295` as the kernel has them. */
function describeMaps(maps: readonly IdMap[]): string {
  if (maps.length === 0) return "none";
  const [first] = maps;
  if (maps.length === 1 && first?.inside === 0 && first.outside === 0 && first.count === 0xffff_ffff) return "all";
  return maps.map(({ inside, outside, count }) => `${inside}:${outside}:${count}`).join(", ");
}

function describeCapabilities({ capabilities, missingCapabilities }: HostInfo["security"]): string {
  if (missingCapabilities.length === 0) return "all";
  if (capabilities.length === 0) return "none";
  return capabilities.length > missingCapabilities.length
    ? `all but ${missingCapabilities.join(", ")}`
    : capabilities.join(", ");
}
