import type { ImageRow } from "../columns/image-columns.ts";
import { type Filters, valuesOf } from "./filters.ts";
import { matchesLabels, truthOf } from "./matches.ts";

/** The keys of `docker images --filter`. */
export const IMAGE_FILTERS: readonly string[] = ["before", "dangling", "label", "reference", "since"];

/** Milliseconds since 1970. */
export interface CreatedRange {
  readonly before: readonly number[];
  readonly since: readonly number[];
}

/** The images that docker images lists (moby, daemon/images/images.go). @throws UserError in docker's words */
export function listedImages(rows: readonly ImageRow[], filters: Filters, range: CreatedRange): ImageRow[] {
  const dangling = truthOf(filters, "dangling");
  const patterns = valuesOf(filters, "reference").map(globOf);
  return rows.filter(
    ({ name, repository, tag, labels, created }) =>
      (dangling === undefined || dangling === (name === "")) &&
      matchesLabels(filters, labels) &&
      range.before.every((time) => created < time) &&
      range.since.every((time) => created > time) &&
      (patterns.length === 0 ||
        patterns.some((glob) => [repository, `${repository}:${tag}`].some((text) => glob.test(text)))),
  );
}

/** Go's path.Match, as far as names of images have such: `*` and `?` are within one component. */
function globOf(pattern: string): RegExp {
  const source = pattern.replaceAll(/[.+^${}()|[\]\\*?]/g, (character) =>
    character === "*" ? "[^/]*" : character === "?" ? "[^/]" : `\\${character}`,
  );
  return new RegExp(`^${source}$`);
}
