import { isFrozen as isGroupFrozen, type Layout } from "@wb/cgroup";
import type { ContainerRecord } from "./container-record.ts";
import { groupLayout } from "./rootless.ts";

/** Whether a container is paused: its control group is frozen. */
export function isFrozen({ cgroup }: ContainerRecord): boolean {
  return cgroup !== undefined && isGroupFrozen(cgroup, { layout: layout() });
}

/** The machine's, which no command sees change: of two hundred containers it is asked for once. */
function layout(): Layout {
  known ??= groupLayout();
  return known;
}

let known: Layout | undefined;
