import {
  CONTAINER_COLUMNS,
  type ContainerContext,
  type ContainerField,
  type ContainerRow,
  PS_FIELDS,
} from "./container-columns.ts";
import type { List } from "./list-text.ts";

/** What docker ps lists. @param size with the column of `--size` */
export function containerList({
  size,
}: {
  readonly size: boolean;
}): List<ContainerField, ContainerRow, ContainerContext> {
  return {
    type: "*formatter.ContainerContext",
    columns: CONTAINER_COLUMNS,
    fields: size ? [...PS_FIELDS, "Size"] : PS_FIELDS,
    methods: ({ labels }) => ({ Label: (name) => labels[name] ?? "" }),
  };
}

/** Whether a template or JSON shows sizes, which take time to find out: as docker, by the field's name in the text. */
export function asksForSize(format: string): boolean {
  return format.includes(".Size");
}
