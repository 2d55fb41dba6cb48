import { CgroupError, createCgroup, createScope, type Layout, type Limits, planScope } from "@wb/cgroup";
import { UserError } from "../user-error.ts";
import { type ContainerCgroup, innerLimits, innerPath, type OuterPlan } from "./container-cgroup.ts";

/**
 * A container's groups with the outer one a scope of systemd, systemd.scope(5). What keeps the scope alive does so until the
 * end, for the inner group's statistics are read when the container's last process is gone.
 *
 * @throws UserError when systemd cannot be reached or refuses; CgroupError; nothing is left then
 */
export async function createContainerScope(name: string, limits: Limits, layout: Layout): Promise<ContainerCgroup> {
  const options = { layout, manager: "system", description: "A container of wb" } as const;
  const outer = await createScope(name, scopeLimits(limits), options).catch((error: unknown) => {
    throw withRemedy(error);
  });
  try {
    const inner = createCgroup(innerPath(outer.path), innerLimits(limits), { layout });
    return {
      outer,
      inner,
      kill: () => inner.killSync(),
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

/** The outer group as data. */
export function planContainerScope(name: string, limits: Limits, layout: Layout): OuterPlan {
  return planScope(name, scopeLimits(limits), { layout, manager: "system", description: "A container of wb" });
}

/** One process more than the container may have: the one that keeps the scope alive. */
export function scopeLimits({ pids, ...limits }: Limits): Limits {
  if (typeof pids?.max !== "number") return { ...limits, ...(pids === undefined ? {} : { pids }) };
  return { ...limits, pids: { max: pids.max + 1 } };
}

function withRemedy(error: unknown): unknown {
  if (!(error instanceof CgroupError) || error.code !== "WB_CGROUP_SYSTEMD") return error;
  const hint = "--cgroup-manager cgroupfs makes the control group without systemd";
  return new UserError(error.message, { hint, cause: error });
}
