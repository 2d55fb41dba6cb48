import { existsSync, readdirSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import { readRecord } from "../../runtime/lifecycle/container-files.ts";
import { LifecycleError } from "../../runtime/lifecycle/lifecycle-error.ts";
import { isId } from "../store/read-entry.ts";
import { placesIn } from "./container-places.ts";

/**
 * The ids of containers that a supervisor is known of, and whose entry in the store was removed by a hand: a container has its entry
 * before all else, and loses it last. The same state may be that of another store, too: the record says of which one a container is.
 *
 * @param known ids of containers that have an entry
 */
export function findOrphans(
  places: { readonly store: string; readonly run: string },
  known: readonly string[],
): string[] {
  const stored = new Set(known);
  const others = supervisedIds(places.run).filter((id) => !stored.has(id));
  return others.filter((id) => {
    const { entry, supervised, runtime } = placesIn(places, id);
    // In this order: it may be removed as a whole in between.
    return !existsSync(entry) && existsSync(supervised) && bundleOf(runtime, id) === entry;
  });
}

function supervisedIds(run: string): string[] {
  try {
    return readdirSync(`${run}/supervised`).filter(isId);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}

function bundleOf(runtime: string, id: string): string | undefined {
  try {
    return readRecord(runtime, id)?.bundle;
  } catch (error) {
    if (error instanceof LifecycleError) return undefined;
    throw error;
  }
}
