import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { type Cgroup, type Hierarchy, type Layout, openCgroup } from "@wb/cgroup";
import type { CgroupEntrance } from "@wb/ns";
import type { ContainerRecord } from "./container-record.ts";
import { LifecycleError } from "./lifecycle-error.ts";
import { groupLayout } from "./rootless.ts";

/** A group below the container's own. */
export interface Subgroup {
  /** Of which hierarchies of v1. Default: of all. */
  readonly controllers?: readonly string[];
  /** From the container's group. */
  readonly path: string;
}

export interface ExecGroups extends Disposable {
  readonly entrance: CgroupEntrance;
}

/**
 * Opens the control groups that a process in a container begins in: the container's, or groups below it. Undefined for a
 * container without one.
 *
 * @throws LifecycleError for one that is not there, or not below the container's
 */
export function openExecGroups(record: ContainerRecord, subgroups: readonly Subgroup[] = []): ExecGroups | undefined {
  const { cgroup } = record;
  if (cgroup === undefined) return undefined;
  const layout = groupLayout();
  const groups =
    subgroups.length === 0 ? [openOwn(record, cgroup, layout)] : openSubgroups(record.id, cgroup, layout, subgroups);
  const close = (): void => {
    for (const group of groups) group.close();
  };
  try {
    return { entrance: together(groups.map((group) => group.entrance())), [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Each hierarchy's own way in, one after the other. */
function together(entrances: readonly CgroupEntrance[]): CgroupEntrance {
  return {
    join: entrances.flatMap(({ join }) => join),
    fds: Object.assign({}, ...entrances.map(({ fds }) => fds)) as Record<string, number>,
    ...Object.assign({}, ...entrances.map(({ directory }) => (directory === undefined ? {} : { directory }))),
  };
}

/**
 * On v2 a group that passes controllers on can have no processes of its own, cgroups(7) "No internal processes": where the
 * container has made groups of its own, the process goes where the container's first one is.
 */
function openOwn({ init_process_pid: pid }: ContainerRecord, cgroup: string, layout: Layout): Cgroup {
  const unified = layout.hierarchies.find(({ version }) => version === 2);
  if (layout.kind !== "unified" || unified === undefined) return openCgroup(cgroup, { layout });
  const passedOn = readFileSync(`${unified.mountpoint}${cgroup}/cgroup.subtree_control`, "utf8").trim();
  if (passedOn === "") return openCgroup(cgroup, { layout });
  const path = /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, "utf8"))?.[1] ?? cgroup;
  return openCgroup(path.startsWith(`${cgroup}/`) ? path : cgroup, { layout });
}

/** In every hierarchy that the container has a group in, or the process would be without its limits there. */
function openSubgroups(id: string, cgroup: string, layout: Layout, subgroups: readonly Subgroup[]): Cgroup[] {
  for (const { controllers = [] } of subgroups)
    for (const controller of controllers)
      if (!layout.hierarchies.some((hierarchy) => has(hierarchy, controller)))
        throw new LifecycleError("WB_CONTAINER_SETUP", `unknown controller ${controller} in SubCgroupPaths`, { id });
  return layout.hierarchies.flatMap((hierarchy) => {
    const open = (path: string): Cgroup => openCgroup(path, { layout: { ...layout, hierarchies: [hierarchy] } });
    const own = open(cgroup);
    if (!own.exists()) return [];
    const wanted = subgroups.findLast(({ controllers }) => controllers?.some((name) => has(hierarchy, name)) ?? true);
    if (wanted === undefined) return [own];
    const below = open(pathBelow(id, cgroup, wanted.path));
    if (below.exists()) return [below];
    // Who makes groups for limits makes none where v1 has the controllers, and the container's own ones hold there.
    const isBeside = layout.kind !== "unified" && (hierarchy.version === 2 || hierarchy.controllers.length === 0);
    if (wanted.controllers === undefined && isBeside) return [own];
    throw new LifecycleError(
      "WB_CONTAINER_SETUP",
      `error adding process to cgroups: ${hierarchy.mountpoint}${below.path}/cgroup.procs: no such file or directory`,
      { id, hint: "the group is to be made before" },
    );
  });
}

function has({ controllers, name }: Hierarchy, controller: string): boolean {
  return (
    controllers.includes(controller) || (name !== undefined && (controller === name || controller === `name=${name}`))
  );
}

function pathBelow(id: string, cgroup: string, path: string): string {
  const whole = posix.join(cgroup, path).replace(/\/$/, "");
  if (whole === cgroup || whole.startsWith(`${cgroup}/`)) return whole;
  throw new LifecycleError("WB_CONTAINER_SETUP", `${path} is not a sub cgroup path`, { id });
}
