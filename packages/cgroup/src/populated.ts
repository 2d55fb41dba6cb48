import type { Place } from "./place.ts";
import { readIfPresent } from "./read.ts";

/**
 * Whether a v2 group, or one below it, has a process that lives, also one that this process cannot see: `cgroup.events`,
 * which the kernel keeps at once with every move. False for a group that is not there.
 */
export function isPopulated({ directory }: Place): boolean {
  return /^populated 1$/m.test(readIfPresent(`${directory}/cgroup.events`) ?? "");
}
