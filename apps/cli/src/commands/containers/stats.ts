import { setTimeout as sleep } from "node:timers/promises";
import { type Command, command } from "../../command/command.ts";
import { statsRows } from "../../engine/stats/stats-rows.ts";
import { statsText } from "../../engine/stats/stats-text.ts";
import { isTerminal } from "../../runtime/caller-terminal.ts";
import { writeAll } from "../../write-all.ts";
import { STATS } from "./stats-flags.ts";

/** `wb stats`: docker-stats(1). */
export const statsCommand: Command = command(STATS, async ({ flags, words }) => {
  const text = statsText(flags.format ?? "", { truncate: flags["no-trunc"] !== true });
  using rows = statsRows({ references: words, all: flags.all ?? false });
  const show = async (): Promise<string> => text(await rows.next());
  if (flags["no-stream"] !== true && isTerminal(1)) {
    const { liveTable } = await import("../live-table.ts");
    return await liveTable(show, INTERVAL);
  }
  await rows.next();
  do {
    await sleep(INTERVAL);
    writeAll(await show());
  } while (flags["no-stream"] !== true);
  return 0;
});

/** Milliseconds. */
const INTERVAL = 1000;
