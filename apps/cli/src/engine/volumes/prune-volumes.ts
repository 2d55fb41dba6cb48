import { UserError } from "../../user-error.ts";
import { directorySize } from "../directory-size.ts";
import type { Filters } from "../filters/filters.ts";
import { volumesToPrune } from "../filters/volume-filters.ts";
import { removeVolume } from "./remove-volume.ts";
import { volumeRows } from "./volume-rows.ts";

/** What was removed, and how much it was. */
export interface PrunedVolumes {
  readonly names: readonly string[];
  readonly bytes: number;
}

/** Removes the volumes that no container has and that filters choose: without `all=true` only those that nobody named. */
export async function pruneVolumes(filters: Filters): Promise<PrunedVolumes> {
  const names: string[] = [];
  let bytes = 0;
  for (const { name, mountpoint } of volumesToPrune(volumeRows(), filters)) {
    const size = directorySize(mountpoint);
    try {
      await removeVolume(name);
    } catch (error) {
      // A container has it now, or somebody else removed it.
      if (error instanceof UserError) continue;
      throw error;
    }
    names.push(name);
    bytes += size;
  }
  return { names, bytes };
}
