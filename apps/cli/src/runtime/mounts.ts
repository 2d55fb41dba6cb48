import { statSync } from "node:fs";
import { hierarchyId, type Layout } from "@wb/cgroup";
import { DEFAULT_DEVICES, defaultDev, mount, type Mount, readonlyMount, type TargetKind } from "@wb/rootfs";
import type { Program } from "@wb/syscall";
import type { SpecDevice } from "../oci/spec.ts";

export interface MountContext {
  readonly layout: Layout;
  readonly devices: readonly SpecDevice[];
}

/** The Steps of an OCI configuration's `mounts`, in order; a tmpfs on /dev comes with the devices in it. */
export function mountSteps(mounts: readonly Mount[], { layout, devices }: MountContext): Program {
  return mounts.flatMap((wanted): Program => {
    if (wanted.type === "cgroup") return cgroupMounts(wanted, layout);
    if (wanted.destination === "/dev" && wanted.type === "tmpfs") return [defaultDev(allDevices(devices))];
    return [mount(wanted, { kind: sourceKind(wanted) })];
  });
}

function allDevices(devices: readonly SpecDevice[]) {
  const nodes = devices.map(({ fileMode, ...device }) => ({
    ...device,
    ...(fileMode === undefined ? {} : { mode: fileMode }),
  }));
  const named = new Set(nodes.map(({ path }) => path));
  return [...DEFAULT_DEVICES.filter(({ path }) => !named.has(path)), ...nodes];
}

/** A bind mount's place must be of its source's kind. A source that is missing is told of by the mount itself. */
function sourceKind({ type, source, options = [] }: Mount): TargetKind {
  if (source === undefined || !(type === "bind" || options.includes("bind") || options.includes("rbind")))
    return "directory";
  return statSync(source, { throwIfNoEntry: false })?.isDirectory() === false ? "file" : "directory";
}

/**
 * What the specification calls a mount of type `cgroup`: on v2 the tree itself, on v1 a directory with every hierarchy in
 * it, as the host has them. In a cgroup namespace each shows the container's own group as its root.
 */
function cgroupMounts({ destination, options = [] }: Mount, { kind, hierarchies }: Layout): Program {
  if (kind === "none") return [];
  if (kind === "unified") return [mount({ destination, type: "cgroup2", source: "cgroup", options })];
  const attributes = options.filter((word) => word !== "ro");
  return [
    mount({ destination, type: "tmpfs", source: "tmpfs", options: [...attributes, "mode=755"] }),
    ...hierarchies.map((hierarchy) => {
      const id = hierarchyId(hierarchy);
      const place = `${destination}/${id.replace(/^name=/, "")}`;
      if (hierarchy.version === 2) return mount({ destination: place, type: "cgroup2", source: "cgroup", options });
      const named = hierarchy.controllers.length === 0 ? ["none"] : [];
      return mount({
        destination: place,
        type: "cgroup",
        source: "cgroup",
        options: [...options, ...named, ...id.split(",")],
      });
    }),
    ...(options.includes("ro") ? [readonlyMount(destination)] : []),
  ];
}
