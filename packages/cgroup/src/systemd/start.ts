import type { Program } from "@wb/syscall";
import { applyLimits } from "../apply.ts";
import { Cgroup } from "../cgroup.ts";
import { neededControllers } from "../controllers.ts";
import { detect } from "../detect.ts";
import type { Layout } from "../layout.ts";
import type { Limits } from "../limits.ts";
import { inheritCpuset, prepareParents } from "../parents.ts";
import { ancestry } from "../path.ts";
import { closeLeftOpen, madeDirectories, perform, type Performed } from "../perform.ts";
import { type Place, placeName, placesOf } from "../place.ts";
import { readIfPresent } from "../read.ts";
import { refusal } from "../refusal.ts";
import { makeDirectory, makeParent } from "../steps.ts";
import type { Waiting } from "../wait.ts";
import { withManager } from "./manager.ts";
import { startPlaceholder } from "./placeholder.ts";
import { planScope, type ScopeOptions, type ScopePlan } from "./plan.ts";
import { Scope } from "./scope.ts";

/** Has systemd make a scope, and sets all limits by the files of its group. When something fails, nothing is left. */
export function* startingScope(name: string, limits: Limits, options: ScopeOptions): Waiting<Scope> {
  const { layout = detect(), cloneInto } = options;
  const plan = planScope(name, limits, { ...options, layout });
  const placeholder = startPlaceholder();
  let path: string;
  try {
    path = inLayout(yield* startUnit(plan, placeholder.pid), layout);
  } catch (error) {
    // With it ends what systemd may have made.
    placeholder.end();
    throw error;
  }
  const identity = { unit: plan.unit, manager: plan.manager, placeholder, leaf: `${path}/placeholder` };
  const entrance = cloneInto === undefined ? {} : { cloneInto };
  try {
    const parents = completeGroup(path, { layout, limits, manager: plan.manager });
    applyLimits(layout, placesOf(layout, path), limits);
    moveToLeaf(placeholder.pid, identity.leaf, delegated(layout, plan));
    return new Scope(path, layout, { ...identity, ...entrance, parents });
  } catch (error) {
    new Scope(path, layout, { ...identity, ...entrance })[Symbol.dispose]();
    throw error;
  }
}

function startUnit({ unit, manager: kind, properties }: ScopePlan, pid: number): Waiting<string> {
  return withManager(kind, function* start(manager) {
    yield* manager.startTransientUnit(unit, [...properties, { name: "PIDs", type: "au", value: [pid] }]);
    return yield* manager.controlGroup(unit);
  });
}

/** systemd counts from the root of the hierarchy, which a container without a cgroup namespace has not mounted. */
function inLayout(path: string, { hierarchies }: Layout): string {
  const root = hierarchies.find(({ version }) => version === 2)?.root ?? "/";
  return root !== "/" && path.startsWith(`${root}/`) ? path.slice(root.length) : path;
}

/** A user has only the v2 tree. */
function delegated(layout: Layout, { manager }: Pick<ScopePlan, "manager">): Layout {
  if (manager === "system") return layout;
  return { ...layout, hierarchies: layout.hierarchies.filter(({ version }) => version === 2) };
}

/**
 * The placeholder in a group of its own below: one that has processes itself cannot pass controllers on to other groups below,
 * cgroups(7).
 */
function moveToLeaf(pid: number, path: string, layout: Layout): void {
  const places = placesOf(layout, path);
  performOrThrow([
    ...places.map((place) => makeDirectory(place.directory, placeName(place))),
    ...places.flatMap((place) => inheritCpuset(place, ancestry(path), readIfPresent)),
  ]);
  new Cgroup(path, layout).add(pid);
}

interface Completed {
  readonly layout: Layout;
  readonly limits: Limits;
  readonly manager: ScopePlan["manager"];
}

/**
 * Makes the group in the hierarchies that systemd leaves alone (v1's freezer, cpuset, …), and has controllers that it does not
 * know (hugetlb, rdma, misc) passed on. @returns the directories above that were made for it
 */
function completeGroup(path: string, { layout, limits, manager }: Completed): string[] {
  if (manager === "user") return [];
  const [places, paths, read] = [placesOf(layout, path), ancestry(path), readIfPresent];
  const needed = neededControllers(limits);
  const isMissing = ({ directory }: Place): boolean => read(`${directory}/cgroup.procs`) === undefined;
  const performed = performOrThrow([
    ...places.flatMap((place) => [
      ...prepareParents(place, { paths, needed, read }),
      ...(isMissing(place) ? [makeParent(place.directory, placeName(place))] : []),
    ]),
    ...places.flatMap((place) => inheritCpuset(place, paths, read)),
  ]);
  return madeDirectories(performed).filter((directory) => !places.some((place) => place.directory === directory));
}

function performOrThrow(program: Program): Performed {
  const performed = perform(program);
  if (performed.failure === undefined) return performed;
  closeLeftOpen(performed);
  throw refusal(performed.failure, { read: readIfPresent });
}
