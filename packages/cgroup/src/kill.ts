import { CgroupError } from "./error.ts";
import { type Freezer, freezerOf, freezing, thaw } from "./freezer.ts";
import { pidsIn } from "./pids.ts";
import { type Place, placeOf, unifiedPlace } from "./place.ts";
import { readIfPresent } from "./read.ts";
import { DEFAULT_TIMEOUT, type WaitOptions } from "./remove.ts";
import { killListed } from "./signal.ts";
import { pauses, type Trying } from "./wait.ts";
import { writeIfPresent } from "./write-if-present.ts";

/**
 * Kills every process of a group and of those below it, also those that are forked meanwhile, and ends when there are none.
 *
 * The kernel does it where there is `cgroup.kill` (Linux 5.14), which a v2 tree without controllers has, too. Otherwise,
 * and for what is in the group on v1 alone, the processes are stopped, killed, and let go on so that they can die.
 */
export function* killing(path: string, places: readonly Place[], { timeout = DEFAULT_TIMEOUT }: WaitOptions): Trying {
  const list = (): number[] => pidsIn(places, { recursive: true });
  const found = list();
  if (found.length === 0) return;
  refuseSuicide(path, found);
  const unified = unifiedPlace(places);
  const byKernel = unified !== undefined && writeIfPresent(`${unified.directory}/cgroup.kill`, "1");
  const freezer = freezerOf(places);
  const pause = pauses(timeout);
  for (;;) {
    if (freezer !== undefined) thaw(freezer);
    const left = list();
    if (left.length === 0) return;
    const dying = new Set(byKernel ? pidsIn([unified], { recursive: true }) : []);
    if (left.some((pid) => !dying.has(pid))) yield* killRound(places, freezer, list);
    const { value, done } = pause.next();
    if (done === true) throw stillThere(path, list());
    yield value;
  }
}

function* killRound(places: readonly Place[], freezer: Freezer | undefined, list: () => readonly number[]): Trying {
  if (freezer === undefined) return withoutForks(places, () => killListed(list));
  try {
    yield* freezing(freezer);
    killListed(list);
  } finally {
    thaw(freezer);
  }
}

/** Where nothing can stop the processes, `pids.max` keeps them from forking faster than they are killed. */
function withoutForks(places: readonly Place[], action: () => void): void {
  const place = placeOf(places, "pids");
  const file = `${place?.directory ?? ""}/pids.max`;
  const before = place === undefined ? undefined : readIfPresent(file);
  if (before !== undefined) writeIfPresent(file, "0");
  try {
    action();
  } finally {
    if (before !== undefined) writeIfPresent(file, before.trim());
  }
}

function refuseSuicide(path: string, pids: readonly number[]): void {
  if (!pids.includes(process.pid)) return;
  throw new CgroupError(
    "WB_CGROUP_BUSY",
    `the cgroup ${path} has this process (${process.pid}) in it, which would kill itself`,
    {
      path,
      hint: "move it to another group first, or call this from outside",
    },
  );
}

function stillThere(path: string, pids: readonly number[]): CgroupError {
  return new CgroupError(
    "WB_CGROUP_BUSY",
    `the cgroup ${path} still has the processes ${pids.join(", ")} in it, though they were killed`,
    {
      path,
      hint: "they wait for the kernel, in an uninterruptible sleep: see their state, D, in ps(1)",
    },
  );
}
