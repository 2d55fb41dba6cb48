import { formatReference, parseReference, withDefaultTag } from "@wb/image";
import { type Command, command } from "../../command/command.ts";
import { findInfo } from "../../engine/containers/container-info.ts";
import { containerEvent } from "../../engine/events/container-event.ts";
import { commitContainer } from "../../engine/images/commit-container.ts";
import { pauseContainer, resumeContainer } from "../../runtime/lifecycle/pause-container.ts";
import { writeAll } from "../../write-all.ts";
import { COMMIT } from "./commit-flags.ts";

/** `wb commit`: docker-commit(1). */
export const commitCommand: Command = command(COMMIT, async ({ flags, words: [word = "", reference] }) => {
  const info = findInfo(word);
  const { id, places, state } = info;
  const options = {
    name: reference === undefined ? undefined : formatReference(withDefaultTag(parseReference(reference))),
    author: flags.author ?? "",
    message: flags.message ?? "",
    changes: flags.change ?? [],
  };
  const isPaused = state === "running" && flags.pause !== false;
  if (isPaused) await pauseContainer(places.runtime, id);
  try {
    writeAll(`${await commitContainer(info, options)}\n`);
  } finally {
    if (isPaused) await resumeContainer(places.runtime, id);
  }
  containerEvent("commit", info);
  return 0;
});
