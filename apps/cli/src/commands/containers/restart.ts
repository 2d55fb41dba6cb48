import { type Command, command } from "../../command/command.ts";
import { cleanUp } from "../../engine/containers/clean-up.ts";
import { infoOf } from "../../engine/containers/container-info.ts";
import { startStored } from "../../engine/containers/start-stored.ts";
import { stopStored } from "../../engine/containers/stop-stored.ts";
import { withEntry } from "../../engine/containers/with-entry.ts";
import { containerEvent } from "../../engine/events/container-event.ts";
import { UserError } from "../../user-error.ts";
import { forEach } from "./for-each.ts";
import { RESTART } from "./restart-flags.ts";
import { secondsToWait, stopSignalOf } from "./stop.ts";
import { warn } from "./warn.ts";

/** `wb restart`: docker-restart(1). */
export const restartCommand: Command = command(RESTART, async ({ flags, words }) => {
  return forEach(words, (word) =>
    withEntry(word, async (entry, info) => {
      const { id, name, config } = info;
      if (config.foreground === true)
        throw new UserError(`container ${name} cannot be restarted: it ends with the wb run --rm that it belongs to`, {
          hint: "leave --rm away, or say -d",
        });
      // With --rm it would be gone in between.
      const kept = { ...info, config: { ...config, autoRemove: false } };
      await stopStored(entry, kept, {
        seconds: secondsToWait("restart", flags, config),
        signal: stopSignalOf(flags, config),
        warn,
      });
      const now = infoOf(id, name);
      const state = now === undefined ? undefined : await cleanUp(entry, { ...now, config: kept.config }, warn);
      if (state === undefined) throw new UserError(`No such container: ${word}`, { hint: "it was removed meanwhile" });
      await startStored(entry, config, { state: { ...state, restarts: 0, lastDelay: 0 }, warn });
      containerEvent("restart", info);
    }),
  );
});
