import type { Limits } from "./limits.ts";
import type { ScopeOptions } from "./systemd/plan.ts";
import type { Scope } from "./systemd/scope.ts";
import { drive } from "./wait.ts";

/**
 * Has systemd make a scope over D-Bus, a group that it knows and shows, with all limits that {@link createCgroup} has. Where
 * systemd is process 1, {@link isSystemdBooted}, the groups at the top are its own, and what others put there it may remove.
 *
 * @param name `web-1`, or an OCI runtime's `slice:prefix:name`
 * @throws CgroupError as {@link planScope}; `WB_CGROUP_SYSTEMD` when systemd cannot be reached or refuses;
 * `WB_CGROUP_EXISTS` for a unit that is there; `WB_CGROUP_WRITE` for what the kernel refused. Nothing is left then
 * @example
 * await using scope = await createScope("machine.slice:web:1", { memory: { max: "64m" } });
 * scope.add(pid);
 * scope.close(); // from here on it ends with its last process
 */
export async function createScope(name: string, limits: Limits = {}, options: ScopeOptions = {}): Promise<Scope> {
  const { startingScope } = await import("./systemd/start.ts");
  return drive(startingScope(name, limits, options));
}
