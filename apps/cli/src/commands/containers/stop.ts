import { type Command, command } from "../../command/command.ts";
import { stopStored } from "../../engine/containers/stop-stored.ts";
import type { StoredConfig } from "../../engine/containers/stored-config.ts";
import { withEntry } from "../../engine/containers/with-entry.ts";
import { signalOption } from "../../engine/options/stop-signal.ts";
import { type FlagValues, usage } from "../../flags.ts";
import { AT_ONCE, forEach } from "./for-each.ts";
import { STOP } from "./stop-flags.ts";
import { warn } from "./warn.ts";

/** `wb stop`: docker-stop(1). */
export const stopCommand: Command = command(STOP, async ({ flags, words }) => {
  return forEach(
    words,
    (word) =>
      withEntry(word, (entry, info) =>
        stopStored(entry, info, {
          seconds: secondsToWait("stop", flags, info.config),
          signal: stopSignalOf(flags, info.config),
          warn,
        }),
      ),
    { atOnce: AT_ONCE },
  );
});

type StopFlags = FlagValues<typeof STOP.flags>;

export function stopSignalOf({ signal }: StopFlags, { stopSignal }: StoredConfig): number {
  return signal === undefined ? stopSignal : signalOption("--signal", signal);
}

/** Less than 0: for ever. */
export function secondsToWait(name: string, { time }: StopFlags, { stopTimeout }: StoredConfig): number {
  if (time === undefined) return stopTimeout;
  if (/^-?\d{1,9}$/.test(time)) return Number(time);
  throw usage(name, `invalid argument ${JSON.stringify(time)} for -t, --time: seconds are meant`);
}
