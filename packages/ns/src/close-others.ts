import { call, type Step, step } from "@wb/syscall";

/**
 * What this process's own parent left open without close-on-exec is nobody's in a container: until the command is executed,
 * a process in there may be able to look at what this one has open (CVE-2016-9962, CVE-2024-21626).
 */
export function closeOthers(kept: readonly number[]): Step {
  const numbers = [-1, ...new Set(kept), LAST_FD + 1].toSorted((a, b) => a - b);
  return step(
    "keep only the file descriptors that are needed",
    numbers.flatMap((fd, index) => {
      const next = numbers[index + 1];
      return next === undefined || next === fd + 1 ? [] : [call("close_range", fd + 1, next - 1, 0)];
    }),
  );
}

const LAST_FD = 0xffff_ffff;
