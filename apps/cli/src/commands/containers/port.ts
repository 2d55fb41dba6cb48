import { type Command, command } from "../../command/command.ts";
import { portLines } from "../../engine/columns/port-lines.ts";
import { findInfo } from "../../engine/containers/container-info.ts";
import { containerRow } from "../../engine/containers/container-row.ts";
import { writeAll } from "../../write-all.ts";
import { PORT } from "./port-flags.ts";

/** `wb port`: docker-port(1). */
export const portCommand: Command = command(PORT, async ({ words }) => {
  const [word = "", wanted] = words;
  const { ports } = containerRow(findInfo(word));
  writeAll(
    portLines(ports, word, wanted)
      .map((line) => `${line}\n`)
      .join(""),
  );
  return 0;
});
