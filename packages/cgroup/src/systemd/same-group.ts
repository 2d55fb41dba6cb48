import { statSync } from "node:fs";
import type { Place } from "../place.ts";

/** Which directory each one is: kernfs gives no number twice (Linux 5.5). */
export type GroupIds = ReadonlyMap<string, bigint>;

export function groupIds(places: readonly Place[]): GroupIds {
  return new Map(
    places.flatMap(({ directory }) => {
      const id = idOf(directory);
      return id === undefined ? [] : [[directory, id] as const];
    }),
  );
}

/** Whether none is another group of the name, made since. */
export function isSameGroup(ids: GroupIds): boolean {
  return [...ids].every(([directory, id]) => (idOf(directory) ?? id) === id);
}

function idOf(directory: string): bigint | undefined {
  return statSync(directory, { bigint: true, throwIfNoEntry: false })?.ino;
}
