import { SIG } from "@wb/syscall";
import { type Command, command } from "../../command/command.ts";
import type { ContainerInfo } from "../../engine/containers/container-info.ts";
import { endWaiting } from "../../engine/containers/end-waiting.ts";
import type { StoredConfig } from "../../engine/containers/stored-config.ts";
import { STATE_FILE } from "../../engine/containers/stored-state.ts";
import { withEntry } from "../../engine/containers/with-entry.ts";
import { containerEvent } from "../../engine/events/container-event.ts";
import { signalOption } from "../../engine/options/stop-signal.ts";
import type { ContainerEntry } from "../../engine/store/container-entry.ts";
import { killContainer } from "../../runtime/lifecycle/kill-container.ts";
import { LifecycleError } from "../../runtime/lifecycle/lifecycle-error.ts";
import { UserError } from "../../user-error.ts";
import { AT_ONCE, forEach } from "./for-each.ts";
import { KILL } from "./kill-flags.ts";

/** `wb kill`: docker-kill(1). */
export const killCommand: Command = command(KILL, async ({ flags, words }) => {
  const signal = flags.signal === undefined ? SIG.KILL : signalOption("--signal", flags.signal);
  const isEnd = (config: StoredConfig): boolean => signal === SIG.KILL || signal === config.stopSignal;
  const killNow = async (info: ContainerInfo): Promise<void> => {
    try {
      killContainer(info.places.runtime, info.id, signal);
    } catch (error) {
      // It has ended meanwhile.
      throw error instanceof LifecycleError ? notRunning(info, error) : error;
    }
    containerEvent("kill", info, { signal });
  };
  const kill = async (entry: ContainerEntry, info: ContainerInfo): Promise<void> => {
    const { places, state, stored, config } = info;
    if (state === "restarting") {
      // docker's: there is no process, but it is not to be started again.
      if (isEnd(config)) entry.write(STATE_FILE, { ...stored, stoppedByHand: true, lastDelay: 0, restartAt: 0 });
      if (isEnd(config)) await endWaiting(places);
      return;
    }
    if (state !== "running" && state !== "paused") throw notRunning(info);
    // Any other signal is the program's own affair.
    if (isEnd(config)) entry.write(STATE_FILE, { ...stored, stoppedByHand: true });
    await killNow(info);
  };
  // A wb stop waits for its end: that is what is asked for.
  return forEach(words, (word) => withEntry(word, kill, killNow), { atOnce: AT_ONCE });
});

/** docker's words. */
function notRunning({ name }: ContainerInfo, cause?: unknown): UserError {
  return new UserError(`cannot kill container: ${name}: container ${name} is not running`, {
    hint: "wb ps lists those that run",
    cause,
  });
}
