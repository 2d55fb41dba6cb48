import type { Limits } from "@wb/cgroup";
import type { ContainerCgroup } from "./container-cgroup.ts";
import { wider } from "./wider.ts";

export interface LimitsUpdate {
  /** What the groups have of that now. */
  readonly now: { readonly outer: Limits; readonly inner: Limits };
  readonly wanted: { readonly outer: Limits; readonly inner: Limits };
}

/**
 * Changes the limits of both groups of a running container, all or none: the outer one to what holds the old and the new
 * ones, then the inner one, then the outer one to the new ones.
 *
 * @throws CgroupError for what the kernel refused; both groups have their old limits then
 */
export function updateLimits(
  { outer, inner }: Pick<ContainerCgroup, "outer" | "inner">,
  { now, wanted }: LimitsUpdate,
): void {
  const steps = [
    { change: () => outer.apply(wider(now.outer, wanted.outer)), undo: () => outer.apply(now.outer) },
    { change: () => inner.apply(wanted.inner), undo: () => inner.apply(now.inner) },
    { change: () => outer.apply(wanted.outer), undo: () => {} },
  ];
  const undo: (() => void)[] = [];
  try {
    for (const step of steps) {
      step.change();
      undo.push(step.undo);
    }
  } catch (error) {
    for (const takeBack of undo.toReversed()) takeBack();
    throw error;
  }
}
