import { delegatedLayout, detect, type Layout } from "@wb/cgroup";

/** Whether an ordinary user calls: what needs privileges has to happen in the container's user namespace. */
export function isRootless(): boolean {
  return process.geteuid?.() !== 0;
}

/** Where containers have control groups: an ordinary user's in the v2 tree alone, for v1 is never delegated. */
export function groupLayout(layout: Layout = detect()): Layout {
  if (!isRootless()) return layout;
  const hierarchies = layout.hierarchies.filter(({ version }) => version === 2);
  return { ...layout, hierarchies, kind: hierarchies.length === 0 ? "none" : "unified" };
}

/**
 * The group that was delegated to the caller, in which its containers have theirs: below the root of the v2 tree.
 *
 * @returns undefined where none was
 */
export function delegatedPath(): string | undefined {
  const [own] = delegatedLayout()?.hierarchies ?? [];
  const [tree] = groupLayout().hierarchies;
  return own === undefined || tree === undefined ? undefined : own.mountpoint.slice(tree.mountpoint.length);
}

/** What gives an ordinary user's containers a control group. */
export const GROUP_HINT = "as an ordinary user: systemd-run --user --scope -p Delegate=yes wb run …";
