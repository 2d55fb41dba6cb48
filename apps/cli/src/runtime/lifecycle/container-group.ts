import {
  type Cgroup,
  CgroupError,
  createCgroup,
  createDelegatedCgroup,
  type Layout,
  type Limits,
  openCgroup,
  planCgroup,
} from "@wb/cgroup";
import { isScopeName } from "../container-cgroup.ts";
import type { ContainerRecord } from "./container-record.ts";
import { LifecycleError } from "./lifecycle-error.ts";
import { delegatedPath, groupLayout, isRootless } from "./rootless.ts";
import type * as ScopeGroup from "./scope-group.ts";

export interface GroupRequest {
  readonly id: string;
  /** `linux.cgroupsPath`: a path below the root of the hierarchies, or the name of a scope. */
  readonly cgroupsPath: string;
  readonly limits: Limits;
  readonly layout: Layout;
}

/** Where a container's control group is: the one that its configuration names, which engines look into for what it uses. */
export interface GroupName {
  /** Below the root of each hierarchy. */
  readonly path: string;
  /** Of a group that systemd makes: the name of its scope. */
  readonly scope?: string;
}

/**
 * Says where the group will be, before there is one: what is written down first can be cleaned up. A group that is there is
 * taken if it is empty, as runc does: an engine may have made it.
 *
 * @throws CgroupError for a path that is none; LifecycleError when processes are in it, which are not the container's to be
 * limited or killed, and when it is frozen: the container's process would stand still before it is one
 */
export async function nameContainerGroup(request: GroupRequest): Promise<GroupName> {
  const { id, layout } = request;
  const name = await groupNameOf(request);
  const group = openCgroup(name.path, { layout });
  const { length } = group.pids({ recursive: true });
  if (length > 0)
    throw new LifecycleError("WB_CONTAINER_SETUP", `container's cgroup is not empty: ${length} process(es) found`, {
      id,
      hint: `${name.path} is another's: name another linux.cgroupsPath`,
    });
  if (group.isFrozen())
    throw new LifecycleError("WB_CONTAINER_SETUP", "container's cgroup unexpectedly frozen", {
      id,
      hint: `thaw ${name.path}, or name another linux.cgroupsPath`,
    });
  return name;
}

/** Where it is, whoever is in it. */
export async function groupNameOf(request: GroupRequest): Promise<GroupName> {
  const { cgroupsPath, layout } = request;
  return isScopeName(cgroupsPath)
    ? (await loadScopes()).nameScope(request)
    : { path: planCgroup(cgroupsPath, {}, { layout, read: () => undefined }).path };
}

/** Makes it. @throws CgroupError; nothing is left then */
export async function makeContainerGroup(request: GroupRequest): Promise<Cgroup> {
  const { cgroupsPath, limits, layout } = request;
  if (isScopeName(cgroupsPath)) {
    return (await loadScopes()).makeScope(request);
  }
  const delegated = isRootless() ? delegatedPath() : undefined;
  if (delegated !== undefined && cgroupsPath.startsWith(`${delegated}/`)) {
    const group = createDelegatedCgroup(cgroupsPath.slice(delegated.length), limits);
    if (group !== undefined) return group;
  }
  try {
    return createCgroup(cgroupsPath, limits, { layout });
  } catch (error) {
    if (!(error instanceof CgroupError) || error.code !== "WB_CGROUP_EXISTS") throw error;
    const group = openCgroup(cgroupsPath, { layout });
    group.apply(limits);
    return group;
  }
}

/** The group of a container that is there; undefined for one without. */
export async function openContainerGroup({
  cgroup,
  scope,
}: Pick<ContainerRecord, "cgroup" | "scope">): Promise<Cgroup | undefined> {
  if (cgroup === undefined) return undefined;
  if (scope === undefined) return openCgroup(cgroup, { layout: groupLayout() });
  return (await loadScopes()).openScopeGroup(cgroup);
}

/** Loaded only here: what asks systemd is large. */
function loadScopes(): Promise<typeof ScopeGroup> {
  return import("./scope-group.ts");
}
