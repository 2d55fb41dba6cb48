import { rmdirSync } from "node:fs";
import { CgroupError } from "./error.ts";
import { pidsIn } from "./pids.ts";
import { type Place, unifiedPlace } from "./place.ts";
import { isPopulated } from "./populated.ts";
import { codeOf, isAbsent } from "./read.ts";
import { type Path, visit } from "./visit.ts";
import { pauses, type Trying } from "./wait.ts";

export interface WaitOptions {
  /** Milliseconds after which it fails with `WB_CGROUP_BUSY`. Default 10000. */
  readonly timeout?: number;
}

export const DEFAULT_TIMEOUT = 10_000;

export interface RemoveOptions extends WaitOptions {
  /** It has just been killed: who is in it need not be looked up. Default false. */
  readonly killed?: boolean;
}

/**
 * Removes a group and those below it, deepest first, from every hierarchy that has it. A group stays busy for a moment
 * after its last process ended (EBUSY): it is tried again. While there are processes in any of them, none is removed.
 */
export function* removing(
  path: string,
  places: readonly Place[],
  { timeout = DEFAULT_TIMEOUT, killed = false }: RemoveOptions,
): Trying {
  const pause = pauses(timeout);
  for (;;) {
    const isBusy = !killed && hasProcesses(places);
    const busy = isBusy ? places : places.toReversed().filter(({ directory }) => !removeTree(directory));
    if (busy.length === 0) return;
    const { value, done } = pause.next();
    if (done === true) throw stillBusy(path, busy);
    yield value;
  }
}

function hasProcesses(places: readonly Place[]): boolean {
  const unified = unifiedPlace(places);
  if (unified !== undefined && isPopulated(unified)) return true;
  return (
    pidsIn(
      places.filter((place) => place !== unified),
      { recursive: true },
    ).length > 0
  );
}

/** Whether it is gone. The group itself is tried first, for mostly there are none below it. */
function removeTree(directory: string): boolean {
  if (removeOne(directory)) return true;
  let gone = true;
  visit(directory, (each) => {
    gone = removeOne(each) && gone;
  });
  return gone;
}

function removeOne(directory: Path): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    if (isAbsent(error)) return true;
    if (codeOf(error) === "EBUSY" || codeOf(error) === "ENOTEMPTY") return false;
    throw new CgroupError(
      "WB_CGROUP_CREATE",
      `cannot remove the cgroup ${directory.toString()}: ${String(codeOf(error))}`,
      {
        path: directory.toString(),
        cause: error,
      },
    );
  }
}

function stillBusy(path: string, busy: readonly Place[]): CgroupError {
  const pids = pidsIn(busy, { recursive: true });
  const who = pids.length === 0 ? "the kernel still holds it" : `in it are the processes ${pids.join(", ")}`;
  return new CgroupError(
    "WB_CGROUP_BUSY",
    `the cgroup ${path} could not be removed from ${busy.map(({ directory }) => directory).join(", ")}: ${who}`,
    {
      path,
      hint:
        pids.length === 0
          ? "try again later; a process of another PID namespace may be in it"
          : "end them first: kill()",
    },
  );
}
