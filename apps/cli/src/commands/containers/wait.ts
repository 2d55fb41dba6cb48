import { type Command, command } from "../../command/command.ts";
import { watchExit, watchForeground } from "../../engine/attach/exit-watch.ts";
import { findInfo, infoOf } from "../../engine/containers/container-info.ts";
import { exitCodeOf } from "../../engine/containers/exit-code.ts";
import { forEach } from "./for-each.ts";
import { WAIT } from "./wait-flags.ts";

/** `wb wait`: docker-wait(1). */
export const waitCommand: Command = command(WAIT, async ({ words }) => {
  return forEach(words, async (word) => {
    const { id, name, config, places, state, stored, exit } = findInfo(word);
    if (state !== "running" && state !== "paused")
      return String(exit === undefined ? stored.exitCode : exitCodeOf(exit));
    const isOver = (): boolean => {
      const now = infoOf(id, name)?.state;
      return now !== "running" && now !== "paused";
    };
    using watch =
      config.foreground === true ? watchForeground(places.entry, isOver) : watchExit(places.supervised, isOver);
    const ended = await watch.ended();
    return String(ended === undefined ? UNKNOWN : exitCodeOf(ended));
  });
});

/** docker's, where nobody knows how it ended. */
const UNKNOWN = 255;
