import type { CommandSpec } from "../../command/command-spec.ts";
import { type Command, command } from "../../command/command.ts";
import { withEntry } from "../../engine/containers/with-entry.ts";
import { containerEvent } from "../../engine/events/container-event.ts";
import { pauseContainer, resumeContainer } from "../../runtime/lifecycle/pause-container.ts";
import { UserError } from "../../user-error.ts";
import { AT_ONCE, forEach } from "./for-each.ts";
import { PAUSE } from "./pause-flags.ts";
import { UNPAUSE } from "./unpause-flags.ts";

/** `wb pause`: docker-pause(1). */
export const pauseCommand: Command = change(PAUSE, "running", pauseContainer);

/** `wb unpause`: docker-unpause(1). */
export const unpauseCommand: Command = change(UNPAUSE, "paused", resumeContainer);

function change(
  spec: CommandSpec & { readonly name: "pause" | "unpause" },
  from: "running" | "paused",
  action: (root: string, id: string) => void | Promise<void>,
): Command {
  return command(spec, ({ words }) =>
    forEach(
      words,
      (word) =>
        withEntry(word, async (_, info) => {
          const { id, name, places, state } = info;
          if (state !== from)
            throw new UserError(`container ${name} is ${state === "paused" ? "already paused" : `not ${from}`}`, {
              hint: "wb ps -a shows its state",
            });
          await action(places.runtime, id);
          containerEvent(spec.name, info);
        }),
      { atOnce: AT_ONCE },
    ),
  );
}
