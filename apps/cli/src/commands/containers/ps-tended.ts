import type { Command } from "../../command/command.ts";
import { listText } from "../../engine/columns/list-text.ts";
import { type ContainerInfo, listInfos } from "../../engine/containers/container-info.ts";
import { containerRow } from "../../engine/containers/container-row.ts";
import { sizesOf } from "../../engine/containers/container-size.ts";
import { psOf } from "./ps.ts";

/** `wb ps`, with templates and sizes; containers that need somebody are given somebody. */
export const psCommand: Command = (args) => {
  const infos = new Map<string, ContainerInfo>();
  const sizeOf = sizesOf();
  return psOf({
    list: () =>
      listInfos().map((info) => {
        infos.set(info.id, info);
        return containerRow(info);
      }),
    sized: (row) => {
      const info = infos.get(row.id);
      return info === undefined ? row : containerRow(info, sizeOf(info));
    },
    text: listText,
  })(args);
};
