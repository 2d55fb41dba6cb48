import { type Command, command } from "../../command/command.ts";
import { asksForSize, containerList } from "../../engine/columns/container-list.ts";
import type { listText } from "../../engine/columns/list-text.ts";
import type { ContainerInfo } from "../../engine/containers/container-info.ts";
import { containerRow } from "../../engine/containers/container-row.ts";
import { sizesOf } from "../../engine/containers/container-size.ts";
import { CONTAINER_FILTERS, listContainers } from "../../engine/filters/container-filters.ts";
import { parseFilters } from "../../engine/filters/filters.ts";
import { shortId } from "../../engine/names/short-id.ts";
import { writeAll } from "../../write-all.ts";
import { PS } from "./ps-flags.ts";

/** What a program has of `wb ps`. */
export interface PsParts {
  /** Finds the containers. */
  readonly list: () => readonly ContainerInfo[];
  readonly text: typeof listText;
}

/** `wb ps`: docker-ps(1). */
export const psOf = ({ list, text }: PsParts): Command =>
  command(PS, ({ flags }) => {
    const filters = parseFilters(flags.filter ?? [], CONTAINER_FILTERS);
    const last = flags.latest === true ? 1 : Number(flags.last ?? 0);
    const { format = "" } = flags;
    const size = flags.size ?? false;
    const sizeOf = size || asksForSize(format) ? sizesOf() : undefined;
    const infos = list();
    const chosen = listContainers(infos.map(plainRow), filters, {
      all: flags.all ?? false,
      ...(last > 0 ? { last } : {}),
    });
    const truncate = flags["no-trunc"] !== true;
    const infoOf = new Map(infos.map((info) => [info.id, info]));
    const sized = (row: Row): Row => {
      const info = infoOf.get(row.id);
      return info === undefined || sizeOf === undefined ? row : containerRow(info, sizeOf(info));
    };
    const rows = sizeOf === undefined ? chosen : chosen.map(sized);
    if (flags.quiet === true) writeAll(rows.map(({ id }) => `${truncate ? shortId(id) : id}\n`).join(""));
    else writeAll(text(containerList({ size }), { rows, context: { truncate, now: Date.now() }, format }));
    return 0;
  });

type Row = ReturnType<typeof containerRow>;

function plainRow(info: ContainerInfo): Row {
  return containerRow(info);
}
