import { type Command, command } from "../../command/command.ts";
import { asksForSize, containerList } from "../../engine/columns/container-list.ts";
import type { listText } from "../../engine/columns/list-text.ts";
import type { ListedContainer } from "../../engine/containers/container-row.ts";
import { CONTAINER_FILTERS, listContainers } from "../../engine/filters/container-filters.ts";
import { parseFilters } from "../../engine/filters/filters.ts";
import { shortId } from "../../engine/names/short-id.ts";
import { writeAll } from "../../write-all.ts";
import { PS } from "./ps-flags.ts";

/** What a program has of `wb ps`. */
export interface PsParts {
  /** Finds the containers. */
  readonly list: () => readonly ListedContainer[];
  /** The row of one that was found, with what it takes of the disk. */
  readonly sized: (row: ListedContainer) => ListedContainer;
  readonly text: typeof listText;
}

/** `wb ps`: docker-ps(1). */
export const psOf = ({ list, sized, text }: PsParts): Command =>
  command(PS, ({ flags }) => {
    const filters = parseFilters(flags.filter ?? [], CONTAINER_FILTERS);
    const last = flags.latest === true ? 1 : Number(flags.last ?? 0);
    const { format = "", size = false } = flags;
    const chosen = listContainers(list(), filters, {
      all: flags.all ?? false,
      ...(last > 0 ? { last } : {}),
    });
    const truncate = flags["no-trunc"] !== true;
    const rows = size || asksForSize(format) ? chosen.map(sized) : chosen;
    if (flags.quiet === true) writeAll(rows.map(({ id }) => `${truncate ? shortId(id) : id}\n`).join(""));
    else writeAll(text(containerList({ size }), { rows, context: { truncate, now: Date.now() }, format }));
    return 0;
  });
