import { type Command, command } from "../../command/command.ts";
import { cleanUp } from "../../engine/containers/clean-up.ts";
import { startStored } from "../../engine/containers/start-stored.ts";
import { withEntry } from "../../engine/containers/with-entry.ts";
import { UserError } from "../../user-error.ts";
import { forEach } from "./for-each.ts";
import { START } from "./start-flags.ts";
import { warn } from "./warn.ts";

/** `wb start`: docker-start(1). One that runs is left as it is. */
export const startCommand: Command = command(START, async ({ flags, words }) => {
  const { attach = false, interactive = false } = flags;
  if (attach || interactive) {
    const [word = ""] = words;
    if (words.length > 1)
      throw new UserError("you cannot start and attach multiple containers at once", {
        hint: `wb start -a ${word}`,
        exitStatus: 1,
      });
    const { startAttached } = await import("./start-attached.ts");
    return startAttached(word, {
      interactive,
      detachKeys: flags["detach-keys"],
      sigProxy: flags["sig-proxy"] ?? true,
    });
  }
  return forEach(words, (word) =>
    withEntry(word, async (entry, info) => {
      if (info.state === "running") return;
      if (info.state === "paused")
        throw new UserError("cannot start a paused container, try unpause instead", { hint: `wb unpause ${word}` });
      const state = await cleanUp(entry, info, warn);
      if (state === undefined)
        throw new UserError(`No such container: ${word}`, { hint: "it ended, and was started with --rm" });
      await startStored(entry, info.config, { state: { ...state, restarts: 0, lastDelay: 0 }, warn });
    }),
  );
});
