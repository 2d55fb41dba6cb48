import { createStored, type NewConfig } from "../../engine/containers/create-stored.ts";
import { type StartHooks, startStored } from "../../engine/containers/start-stored.ts";
import { NEVER_STARTED } from "../../engine/containers/stored-state.ts";
import { removeAnonymousVolumes } from "../../engine/volumes/anonymous-volumes.ts";

/**
 * Makes a container that stays and starts it: nobody of wb stays but its supervisor.
 *
 * @param hooksOf what somebody has to do with the start who is attached to it
 * @returns its id
 * @throws UserError when its name is taken; what could not be started is not there then, as with `docker run --rm`
 */
export async function runDetached(
  wanted: NewConfig,
  warn: (message: string) => void,
  hooksOf: (id: string) => StartHooks = () => ({}),
): Promise<string> {
  using created = createStored(wanted);
  const { entry, config } = created;
  try {
    await startStored(entry, config, { state: NEVER_STARTED, warn, ...hooksOf(entry.id) });
    return entry.id;
  } catch (error) {
    created.remove();
    await removeAnonymousVolumes(config.options);
    throw error;
  }
}
