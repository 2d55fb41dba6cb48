import { CgroupError } from "./error.ts";
import { askToThaw, type Freezer, freezerOf, freezing, thaw } from "./freezer.ts";
import { holdsThisProcess } from "./own-group.ts";
import { isUnsupported, pidsIn } from "./pids.ts";
import { type Place, placeOf, unifiedPlace } from "./place.ts";
import { isPopulated } from "./populated.ts";
import { readIfPresent } from "./read.ts";
import { DEFAULT_TIMEOUT, type WaitOptions } from "./remove.ts";
import { killListed } from "./signal.ts";
import { pauses, type Trying, type Waiting } from "./wait.ts";
import { writeIfPresent } from "./write-if-present.ts";

/**
 * Kills every process of a group and of those below it, also those that are forked meanwhile, and ends when there are none.
 *
 * The kernel does it where there is `cgroup.kill` (Linux 5.14), which a v2 tree without controllers has, too; it also tells
 * when they are gone, in `cgroup.events`: a list is not read at once, and lacks who moves from one group below to another.
 * Otherwise, and for what is in the group on v1 alone, the processes are stopped, listed, killed, and let go on so that
 * they can die.
 */
export function* killing(path: string, places: readonly Place[], { timeout = DEFAULT_TIMEOUT }: WaitOptions): Trying {
  if (holdsThisProcess(places)) throw suicide(path);
  const unified = unifiedPlace(places);
  const others = places.filter((place) => place !== unified);
  const freezer = freezerOf(places);
  const pause = pauses(timeout);
  for (let round = 0; ; round++) {
    if (unified === undefined || !isPopulated(unified)) {
      if (!(yield* killRound(others, freezer))) return;
    } else if (!killByKernel(unified)) yield* killRound(places, freezer);
    else {
      if (freezer !== undefined) thaw(freezer);
      if (round >= PATIENT_ROUNDS) killListed(() => pidsIn([unified], { recursive: true }));
    }
    const { value, done } = pause.next();
    if (done === true) throw stillThere(path, places);
    yield value;
  }
}

/**
 * After so many, 2 ms, `cgroup.kill` is helped by signals: it passes over processes whose first thread has ended and whose
 * others live.
 */
const PATIENT_ROUNDS = 4;

/** Whether it can: not in a threaded group (EOPNOTSUPP), nor before Linux 5.14. */
function killByKernel({ directory }: Place): boolean {
  try {
    return writeIfPresent(`${directory}/cgroup.kill`, "1");
  } catch (error) {
    if (error instanceof CgroupError && isUnsupported(error.cause)) return false;
    throw error;
  }
}

/** Whether somebody was there. While they stand still, nobody is missed who moves, or is forked. */
function* killRound(places: readonly Place[], freezer: Freezer | undefined): Waiting<boolean> {
  const list = (): number[] => pidsIn(places, { recursive: true });
  if (freezer === undefined) {
    if (list().length === 0) return false;
    withoutForks(places, () => killListed(list));
    return true;
  }
  let found = true;
  try {
    yield* freezing(freezer);
    found = list().length > 0;
    if (found) killListed(list);
  } finally {
    if (found) thaw(freezer);
    else askToThaw(freezer);
  }
  return found;
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

function suicide(path: string): CgroupError {
  return new CgroupError(
    "WB_CGROUP_BUSY",
    `the cgroup ${path} has this process (${process.pid}) in it, which would kill itself`,
    {
      path,
      hint: "move it to another group first, or call this from outside",
    },
  );
}

function stillThere(path: string, places: readonly Place[]): CgroupError {
  const pids = pidsIn(places, { recursive: true });
  if (pids.length === 0) {
    return new CgroupError(
      "WB_CGROUP_BUSY",
      `the cgroup ${path} still has processes in it that cannot be seen from here, though they were killed`,
      { path, hint: "they are in another PID namespace, or move among its groups: call this from the host" },
    );
  }
  return new CgroupError(
    "WB_CGROUP_BUSY",
    `the cgroup ${path} still has the processes ${pids.join(", ")} in it, though they were killed`,
    {
      path,
      hint: "see their state in ps(1): one in D, uninterruptible sleep, waits for the kernel, and dies when that is over",
    },
  );
}
