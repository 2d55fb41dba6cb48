import { type Command, command } from "../../command/command.ts";
import { topTable } from "../../engine/columns/top-table.ts";
import { findInfo } from "../../engine/containers/container-info.ts";
import { containerPids } from "../../engine/top/container-pids.ts";
import { procTable } from "../../engine/top/proc-table.ts";
import { psOutput } from "../../engine/top/ps-output.ts";
import { UserError } from "../../user-error.ts";
import { writeAll } from "../../write-all.ts";
import { TOP } from "./top-flags.ts";

/** `wb top`: docker-top(1). */
export const topCommand: Command = command(TOP, async ({ words }) => {
  const [word = "", ...given] = words;
  const pids = await containerPids(findInfo(word));
  // docker takes them as one text, which it divides at blanks.
  const options = given.flatMap((text) => text.split(/\s+/)).filter((text) => text !== "");
  const output = psOutput(options.length === 0 ? ["-ef"] : options, pids);
  if (output === undefined && options.length > 0)
    throw new UserError("there is no ps on this machine, which options are for", { hint: "install procps" });
  writeAll(topTable(output ?? procTable(pids), new Set(pids)));
  return 0;
});
