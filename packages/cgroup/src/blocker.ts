import { basename, dirname } from "node:path";
import type { Read } from "./layout.ts";
import { cgroupMounts } from "./mountinfo.ts";
import { cgroupPath } from "./path.ts";
import { quoted } from "./steps.ts";
import { type Path, visit } from "./visit.ts";

export interface RefusedWrite {
  readonly file: string;
  readonly value: string;
  readonly read: Read;
}

/**
 * The hint for a limit of v1 that a group below is in the way of, which may be a container's own work: v1 refuses a group a
 * smaller share of the CPU than a group below it has (EINVAL), and a cpuset without what one below it has (EBUSY).
 */
export function blockerBelow(refused: RefusedWrite): string | undefined {
  const rule = basename(refused.file).startsWith("cpuset.") ? listRule(refused) : shareRule(refused);
  if (rule === undefined) return undefined;
  const directory = dirname(refused.file);
  const found: string[] = [];
  // Those inside come first: a group can be lowered when those below it are.
  visit(directory, (each: Path) => {
    if (typeof each === "string" && each.startsWith(`${directory}/`) && rule.blocks(each)) found.push(each);
  });
  const [group] = found;
  if (group === undefined) return undefined;
  return `${group} below it has more: lower that first: ${lowering(group, rule, refused.read)}`;
}

interface Rule {
  readonly blocks: (directory: string) => boolean;
  /** What brings the group below within the limit. */
  readonly key: string;
  readonly value: string;
  readonly file: string;
  readonly content: string;
}

/** tg_cfs_schedulable_down() of the kernel: a group without a quota has that of the group above. */
function shareRule({ file, value, read }: RefusedWrite): Rule | undefined {
  const [directory, name] = [dirname(file), basename(file)];
  const at = (group: string, one: string): number => Number(read(`${group}/${one}`) ?? Number.NaN);
  const quota = name === QUOTA ? Number(value) : at(directory, QUOTA);
  const period = name === PERIOD ? Number(value) : at(directory, PERIOD);
  // Below a millisecond it is refused for itself.
  if (!(quota >= 1000 && period >= 1000)) return undefined;
  return {
    blocks: (group) => at(group, QUOTA) / at(group, PERIOD) > quota / period,
    key: "cpu.max",
    value: `'${quota} ${period}'`,
    file: QUOTA,
    content: String(quota),
  };
}

const QUOTA = "cpu.cfs_quota_us";
const PERIOD = "cpu.cfs_period_us";

/** validate_change_legacy() of the kernel: what a group below has, the group must have. */
function listRule({ file, value, read }: RefusedWrite): Rule {
  const name = basename(file);
  const wanted = numbersOf(value);
  return {
    blocks: (group) => [...numbersOf(read(`${group}/${name}`) ?? "")].some((one) => !wanted.has(one)),
    key: name,
    value: value.trim(),
    file: name,
    content: value.trim(),
  };
}

/** cpuset(7), "List format". */
function numbersOf(list: string): Set<number> {
  const ranges = [...list.matchAll(/(\d{1,6})(?:-(\d{1,6}))?/g)];
  return new Set(
    ranges.flatMap(([, first = "0", last = first]) =>
      Array.from({ length: Math.max(0, Number(last) - Number(first) + 1) }, (_, index) => Number(first) + index),
    ),
  );
}

/** The command; the names of groups are a container's, and quoted. */
function lowering(group: string, { key, value, file, content }: Rule, read: Read): string {
  const mounts = cgroupMounts(read("/proc/self/mountinfo") ?? "");
  const mount = mounts.find(({ mountpoint }) => group.startsWith(`${mountpoint}/`));
  try {
    if (mount !== undefined)
      return `wb cgroup set ${quoted(cgroupPath(group.slice(mount.mountpoint.length)))} ${key}=${value}`;
  } catch {
    // wb takes no such name.
  }
  return `echo ${content} > ${quoted(`${group}/${file}`)}`;
}
