import { netnsPids } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { writeAll } from "../../../write-all.ts";
import { netCommand } from "../net-command.ts";
import { NETNS_PIDS } from "./pids-flags.ts";

/** `wb net netns pids`: ip-netns(8). */
export const netnsPidsCommand: Command = netCommand(NETNS_PIDS, ({ words: [name = ""] }) => {
  writeAll(
    netnsPids(name)
      .map((pid) => `${pid}\n`)
      .join(""),
  );
  return 0;
});
