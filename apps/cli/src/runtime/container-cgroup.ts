import { existsSync, readFileSync } from "node:fs";
import {
  type Cgroup,
  type CgroupPlan,
  createCgroup,
  type Layout,
  type Limits,
  openCgroup,
  planCgroup,
} from "@wb/cgroup";

/**
 * A container has two groups, one in the other, with the same limits. Its processes are in the inner one, which is the root
 * of its cgroup namespace. Root in a container may make a user namespace, and mount there the control groups that its
 * cgroup namespace shows: it can lift the limits of the inner group, and cannot reach the outer one. The inner one has
 * limits for programs that look up how much they may use.
 */
export interface ContainerCgroup extends Disposable {
  /** Holds the limits. */
  readonly outer: Cgroup;
  /** Holds the processes. */
  readonly inner: Cgroup;
  /** Kills the container's processes. Blocks the thread until none is left. */
  kill(): void;
}

/** Makes both. Disposing of them kills and removes all that is in them. @throws CgroupError; nothing is left then */
export function createContainerCgroup(path: string, limits: Limits, layout: Layout): ContainerCgroup {
  const outer = createCgroup(path, limits, { layout });
  try {
    const inner = createCgroup(innerPath(path), innerLimits(limits), { layout });
    return {
      outer,
      inner,
      kill: () => outer.killSync(),
      [Symbol.dispose]: () => {
        inner.close();
        outer[Symbol.dispose]();
      },
    };
  } catch (error) {
    outer[Symbol.dispose]();
    throw error;
  }
}

/** Both of a container that is there. */
export function openContainerCgroup(path: string, layout: Layout): { readonly outer: Cgroup; readonly inner: Cgroup } {
  return { outer: openCgroup(path, { layout }), inner: openCgroup(innerPath(path), { layout }) };
}

/** What is told of the outer group, whoever makes it. */
export type OuterPlan = Pick<CgroupPlan, "path" | "directories" | "create" | "remove">;

/** Both as data. */
export function planContainerCgroup(
  path: string,
  limits: Limits,
  layout: Layout,
  outer: OuterPlan = planCgroup(path, limits, { layout }),
): { readonly outer: OuterPlan; readonly inner: CgroupPlan } {
  const isOuter = (file: string): boolean => outer.directories.some((directory) => file.startsWith(`${directory}/`));
  // Planned as if the outer one were there by then.
  const read = (file: string): string | undefined => {
    if (isOuter(file)) return file.endsWith("/cgroup.procs") ? "" : undefined;
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  return { outer, inner: planCgroup(innerPath(outer.path), innerLimits(limits), { layout, read }) };
}

export function innerPath(path: string): string {
  return `${path}/init`;
}

/** Devices are the outer group's to allow: what it denies no group below can have. */
export function innerLimits({ devices: _devices, ...limits }: Limits): Limits {
  return limits;
}

/** Whether an OCI `cgroupsPath` is the name of a scope. */
export function isScopeName(cgroupsPath: string): boolean {
  return !cgroupsPath.startsWith("/") && cgroupsPath.includes(":");
}
