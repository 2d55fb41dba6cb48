import { type Command, command } from "../../command/command.ts";
import { cleanUp } from "../../engine/containers/clean-up.ts";
import { type ContainerInfo, listInfos } from "../../engine/containers/container-info.ts";
import { startStored } from "../../engine/containers/start-stored.ts";
import { withEntry } from "../../engine/containers/with-entry.ts";
import { startsAtBoot } from "../../engine/restart/restart-decision.ts";
import { forEach } from "../containers/for-each.ts";
import { warn } from "../containers/warn.ts";
import { SYSTEM_START } from "./start-flags.ts";

/** `wb system start`: what dockerd does with containers when it starts. Those created first are started first. */
export const systemStartCommand: Command = command(SYSTEM_START, () => {
  const wanted = listInfos()
    .filter(isWanted)
    .toSorted((one, other) => one.config.created - other.config.created);
  const names = new Map(wanted.map(({ id, name }) => [id, name]));
  return forEach([...names.keys()], (id) =>
    withEntry(id, async (entry, info) => {
      // Others may have started or stopped it meanwhile.
      const state = isWanted(info) ? await cleanUp(entry, info, warn) : undefined;
      if (state !== undefined)
        await startStored(entry, info.config, { state: { ...state, restarts: 0, lastDelay: 0 }, warn });
      return names.get(id);
    }),
  );
});

function isWanted({ state, stored, config }: ContainerInfo): boolean {
  return state === "exited" && stored.startedAt > 0 && startsAtBoot(config.restart, stored);
}
