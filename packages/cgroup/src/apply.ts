import { type Change, limitChanges } from "./changes.ts";
import { attachedDevicePrograms } from "./devices/query.ts";
import type { Layout } from "./layout.ts";
import type { Limits } from "./limits.ts";
import { lockGroup } from "./lock.ts";
import { closeLeftOpen, perform } from "./perform.ts";
import type { Place } from "./place.ts";
import { readIfPresent, readIfReadable } from "./read.ts";
import { refusal, writtenFile } from "./refusal.ts";
import { openForWriting } from "./steps.ts";

/** Sets limits of a group that is there. When the kernel refuses one, those before it get the values that they had. */
export function applyLimits(layout: Layout, places: readonly Place[], limits: Limits): void {
  using _lock = lockGroup(places);
  const changes = limitChanges(layout, places, limits, {
    read: readIfReadable,
    devicePrograms: attachedDevicePrograms,
  });
  refuseUnwritable(changes);
  const performed = perform(changes.map((change) => change.step));
  const { failure } = performed;
  if (failure === undefined) return;
  closeLeftOpen(performed);
  const done = changes.slice(
    0,
    changes.findIndex((change) => change.step === failure.step),
  );
  throw refusal(failure, { read: readIfPresent, kept: takeBack(done) });
}

/** Before anything is changed: a lower `memory.max` may have killed a process before the next file is found missing. */
function refuseUnwritable(changes: readonly Change[]): void {
  const files = changes.flatMap((change) => {
    const path = writtenFile(change.step);
    return path === undefined ? [] : [{ step: change.step, opening: openForWriting(path) }];
  });
  const { failure } = perform(files.map(({ opening }) => opening));
  const refused = files.find(({ opening }) => opening === failure?.step);
  if (failure === undefined || refused === undefined) return;
  throw refusal({ step: refused.step, error: failure.error }, { read: readIfPresent });
}

/** In reverse, so that the kernel sees the same states again. @returns what could not be taken back */
function takeBack(done: readonly Change[]): string[] {
  return done.toReversed().flatMap(({ step: { label }, undo }) => {
    if (undo === undefined) return [label];
    const performed = perform(undo);
    if (performed.failure === undefined) return [];
    closeLeftOpen(performed);
    return [label];
  });
}
