import { CgroupError } from "../error.ts";
import { isGroup } from "../is-group.ts";
import { type Place, placeOf, unifiedPlace } from "../place.ts";
import { codeOf } from "../read.ts";
import type { CgroupEvent, PressureTrigger } from "./event.ts";
import { checkTrigger, watchPressure } from "./pressure.ts";
import { eventQueue } from "./queue.ts";
import { watchRemoval } from "./removal.ts";
import type { Sink, Stop } from "./source.ts";
import { watchV1Oom } from "./v1-oom.ts";
import { watchV2Files } from "./v2-files.ts";

export interface EventsOptions {
  /** Pressure that is to be told of, in the v2 tree. */
  readonly pressure?: readonly PressureTrigger[];
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
}

/** The events of a group, by whichever of the kernel's ways each of them comes, until it is removed. */
export function cgroupEvents(
  places: readonly Place[],
  { pressure = [], signal }: EventsOptions,
): AsyncIterableIterator<CgroupEvent> {
  for (const trigger of pressure) checkTrigger(trigger);
  const stops: Stop[] = [];
  let over = false;
  const stop = (): void => {
    over = true;
    signal?.removeEventListener("abort", abort);
    for (const one of stops.splice(0)) one();
  };
  const { iterator, push, end } = eventQueue<CgroupEvent>(stop);
  const abort = (): void => end();
  try {
    for (const start of sources(places, pressure, { push, fail: end })) stops.push(start());
    const [first] = places;
    if (first !== undefined) stops.push(watchRemoval(first.directory, end));
  } catch (error) {
    stop();
    throw goneMeanwhile(places, error) ?? error;
  }
  signal?.addEventListener("abort", abort);
  if (signal?.aborted === true) end();
  // A source may have failed while the others were started.
  if (over) stop();
  return iterator;
}

function sources(places: readonly Place[], triggers: readonly PressureTrigger[], sink: Sink): (() => Stop)[] {
  const v2 = unifiedPlace(places)?.directory;
  const memory = placeOf(places, "memory");
  if (v2 === undefined && triggers.length > 0) {
    throw new CgroupError("WB_CGROUP_CONTROLLER", "pressure is measured in the v2 tree, where the group is not");
  }
  return [
    ...(v2 === undefined ? [] : [() => watchV2Files(v2, sink)]),
    ...(memory?.hierarchy.version === 1 ? [() => watchV1Oom(memory.directory, sink)] : []),
    ...(v2 === undefined ? [] : triggers.map((trigger) => () => watchPressure(v2, trigger, sink))),
  ];
}

/** What a group is refused with that was removed while its files were opened. */
function goneMeanwhile(places: readonly Place[], cause: unknown): CgroupError | undefined {
  const gone = places.find(({ directory }) => !isGroup(directory));
  // ENODEV: it is being removed, and its directory may still be there.
  if (gone === undefined && codeOf(cause) !== "ENODEV") return undefined;
  const path = gone?.directory ?? places[0]?.directory;
  return new CgroupError("WB_CGROUP_GONE", `the cgroup ${path} was removed meanwhile`, { path, cause });
}
