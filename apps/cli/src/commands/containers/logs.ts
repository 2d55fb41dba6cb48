import { type Command, command } from "../../command/command.ts";
import { type ContainerInfo, findInfo } from "../../engine/containers/container-info.ts";
import { waitForEnd } from "../../engine/containers/wait-for-end.ts";
import { followLog } from "../../engine/logs/follow.ts";
import type { LogSelection } from "../../engine/logs/log-start.ts";
import { readLog } from "../../engine/logs/reader.ts";
import { parseLogTime } from "../../engine/logs/time.ts";
import { writeLog } from "../../engine/logs/write.ts";
import type { FlagValues } from "../../flags.ts";
import { sinkOf } from "../../runtime/stdio-ends.ts";
import { UserError } from "../../user-error.ts";
import { LOGS } from "./logs-flags.ts";

/** `wb logs`: docker-logs(1). */
export const logsCommand: Command = command(LOGS, async ({ flags, words }) => {
  const [word = ""] = words;
  const selection = selectionOf(flags);
  const info = findInfo(word);
  const { driver } = info.config.log;
  if (info.config.foreground === true || driver === "none")
    throw new UserError("configured logging driver does not support reading", {
      hint:
        info.config.foreground === true
          ? "its output is that of the wb run --rm that it was started with"
          : "the container was made with --log-driver none",
    });
  const events =
    flags.follow === true
      ? followLog(info.places.entry, { ...selection, ended: endOf(info) })
      : readLog(info.places.entry, selection);
  await writeLog(events, { 1: sinkOf(1), 2: sinkOf(2) }, { timestamps: flags.timestamps });
  return 0;
});

function selectionOf({ since, until, tail }: FlagValues<typeof LOGS.flags>): LogSelection {
  return {
    ...(since === undefined ? {} : { since: parseLogTime("since", since) }),
    ...(until === undefined ? {} : { until: parseLogTime("until", until) }),
    ...(tail === undefined || !/^\d{1,15}$/.test(tail) ? {} : { tail: Number(tail) }),
  };
}

/** Aborted when the container does not run any more. */
function endOf(info: ContainerInfo): AbortSignal {
  const ended = new AbortController();
  void waitForEnd(info).then(() => ended.abort());
  return ended.signal;
}
