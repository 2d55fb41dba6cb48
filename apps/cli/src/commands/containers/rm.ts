import { SIG } from "@wb/syscall";
import { type Command, command } from "../../command/command.ts";
import type { ContainerInfo } from "../../engine/containers/container-info.ts";
import { removeStored } from "../../engine/containers/remove-stored.ts";
import { stopStored } from "../../engine/containers/stop-stored.ts";
import { withEntry } from "../../engine/containers/with-entry.ts";
import { isNoSuchContainer } from "../../engine/names/no-such-container.ts";
import type { ContainerEntry } from "../../engine/store/container-entry.ts";
import { removeAnonymousVolumes } from "../../engine/volumes/anonymous-volumes.ts";
import { killInit } from "../../runtime/lifecycle/kill-container.ts";
import { UserError } from "../../user-error.ts";
import { AT_ONCE, forEach } from "./for-each.ts";
import { RM } from "./rm-flags.ts";
import { warn } from "./warn.ts";

/** `wb rm`: docker-rm(1). */
export const rmCommand: Command = command(RM, async ({ flags, words }) => {
  const forgive = flags.force === true ? isNoSuchContainer : undefined;
  const remove = async (entry: ContainerEntry, info: ContainerInfo): Promise<void> => {
    const { name } = info;
    if (RUNNING.has(info.state) && flags.force !== true)
      throw new UserError(`cannot remove container "${name}": container is ${info.state}`, {
        hint: "stop the container before removing or force remove",
      });
    if (RUNNING.has(info.state)) await stopStored(entry, info, { seconds: 0, signal: SIG.KILL, warn, removes: true });
    await removeStored(entry, info, warn);
    if (flags.volumes === true) await removeAnonymousVolumes(info.config.options);
  };
  // Who waits for its end need not wait any more.
  const hurry = async (info: ContainerInfo): Promise<void> => {
    if (flags.force === true && info.record !== undefined) killInit(info.record);
    await withEntry(info.id, remove);
  };
  return forEach(words, (word) => withEntry(word, remove, hurry), { forgive, atOnce: AT_ONCE });
});

const RUNNING: ReadonlySet<string> = new Set(["running", "paused", "restarting"]);
