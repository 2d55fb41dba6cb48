import { release } from "node:os";
import { isFrozen as isGroupFrozen, type Layout } from "@wb/cgroup";
import type { ContainerRecord } from "./container-record.ts";
import { groupLayout } from "./rootless.ts";

/**
 * Whether a container is paused: its control group is frozen.
 *
 * @param state of its first process, proc_pid_stat(5), where it is known: it may say enough
 */
export function isFrozen({ cgroup }: ContainerRecord, state?: string): boolean {
  if (cgroup === undefined) return false;
  const { layout, isFrozenAsleep } = machine();
  return (state !== "S" || isFrozenAsleep) && isGroupFrozen(cgroup, { layout });
}

interface Machine {
  readonly layout: Layout;
  /** Whether what is frozen may be in an interruptible sleep, S. */
  readonly isFrozenAsleep: boolean;
}

/** No command sees it change: of two hundred containers it is asked for once. */
function machine(): Machine {
  if (known === undefined) {
    const layout = groupLayout();
    known = { layout, isFrozenAsleep: !hasFrozenState(layout) };
  }
  return known;
}

let known: Machine | undefined;

/** v1's freezer puts processes into a state of its own since Linux 6.1 (f5d39b020809), shown as D or R. v2's leaves them asleep. */
function hasFrozenState({ hierarchies }: Layout): boolean {
  const [major = 0, minor = 0] = release().split(".").map(Number);
  const isSince = major > 6 || (major === 6 && minor >= 1);
  return isSince && hierarchies.some(({ version, controllers }) => version === 1 && controllers.includes("freezer"));
}
