import { type ContainerInfo, infoOf, listInfos } from "../containers/container-info.ts";
import { writtenSize } from "../containers/container-size.ts";
import { removeStored } from "../containers/remove-stored.ts";
import type { PruneFacts } from "../filters/prune-filters.ts";
import { ContainerEntry } from "../store/container-entry.ts";

/** What a prune has removed. */
export interface Pruned {
  readonly names: readonly string[];
  /** Bytes that are free again. */
  readonly reclaimed: number;
}

/** Removes all containers that do not run, and are not to be started again: docker-container-prune(1). */
export async function pruneContainers(
  isChosen: (facts: PruneFacts) => boolean,
  warn: (message: string) => void,
): Promise<Pruned> {
  const names: string[] = [];
  let reclaimed = 0;
  for (const { id, name, places } of listInfos().filter((info) => isOver(info, isChosen))) {
    using entry = ContainerEntry.lock(places.store, id);
    // Somebody may have started or removed it meanwhile.
    const info = entry === undefined ? undefined : infoOf(id, name);
    if (entry === undefined || info === undefined || !isOver(info, isChosen)) continue;
    const bytes = writtenSize(info);
    await removeStored(entry, info, warn);
    names.push(id);
    reclaimed += bytes;
  }
  return { names, reclaimed };
}

function isOver({ state, config }: ContainerInfo, isChosen: (facts: PruneFacts) => boolean): boolean {
  return ENDED.has(state) && isChosen({ created: config.created, labels: config.labels });
}

const ENDED: ReadonlySet<ContainerInfo["state"]> = new Set(["created", "exited", "dead"]);
