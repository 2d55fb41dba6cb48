import { type Cgroup, createScope, detect, openScope, planScope } from "@wb/cgroup";
import type { GroupName, GroupRequest } from "./container-group.ts";

/** Where the group of a scope will be, systemd.scope(5). */
export function nameScope({ cgroupsPath, limits, layout }: GroupRequest): GroupName {
  const { path } = planScope(cgroupsPath, limits, { layout, ...SCOPE });
  return { path, scope: path.slice(path.lastIndexOf("/") + 1) };
}

/** Asks systemd for the scope. @throws CgroupError; nothing is left then */
export function makeScope({ cgroupsPath, limits, layout }: GroupRequest): Promise<Cgroup> {
  return createScope(cgroupsPath, limits, { layout, ...SCOPE });
}

/** The group of a scope that is there, by the group's path. */
export function openScopeGroup(path: string): Cgroup {
  return openScope(path, { layout: detect(), manager: SCOPE.manager });
}

const SCOPE = { manager: "system", description: "A container of wb" } as const;
