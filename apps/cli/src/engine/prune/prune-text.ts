import { decimalSize } from "../words/sizes.ts";
import type { Pruned } from "./prune-containers.ts";

/** One kind of things that were removed. */
export interface PrunedKind extends Pruned {
  /** `Containers` */
  readonly kind: string;
}

/** What docker's prune commands print: the names of what is gone, and how much that was. */
export function prunedText(kinds: readonly PrunedKind[]): string {
  const lists = kinds
    .filter(({ names }) => names.length > 0)
    .map(({ kind, names }) => `Deleted ${kind}:\n${names.map((name) => `${name}\n`).join("")}\n`);
  const reclaimed = kinds.reduce((sum, kind) => sum + kind.reclaimed, 0);
  return `${lists.join("")}Total reclaimed space: ${decimalSize(reclaimed)}\n`;
}

/** What `wb system prune` warns of before it asks. @param filters as they were given */
export function pruneWarning({
  all,
  volumes,
  filters,
}: {
  readonly all: boolean;
  readonly volumes: boolean;
  readonly filters: readonly string[];
}): string {
  const kinds = [
    "all stopped containers",
    "all networks not used by at least one container",
    ...(volumes ? ["all anonymous volumes not used by at least one container"] : []),
    all ? "all images without at least one container associated to them" : "all dangling images",
    all ? "all build cache" : "all dangling build cache",
  ];
  const chosen =
    filters.length === 0 ? "" : `\n  Items to be pruned will be filtered with:\n${listed(filters.toSorted())}`;
  return `WARNING! This will remove:\n${listed(kinds)}${chosen}`;
}

function listed(texts: readonly string[]): string {
  return texts.map((text) => `  - ${text}\n`).join("");
}
