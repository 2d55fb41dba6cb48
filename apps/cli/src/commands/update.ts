import { type Command, command } from "../command/command.ts";
import { updateStored, type ContainerChanges } from "../engine/containers/update-stored.ts";
import { withEntry } from "../engine/containers/with-entry.ts";
import { findContainer } from "../engine/find-container.ts";
import { isNoSuchContainer } from "../engine/names/no-such-container.ts";
import { resourceOptions } from "../engine/resource-options.ts";
import { parseRestartPolicy } from "../engine/restart/restart-policy.ts";
import { usage } from "../flags.ts";
import { messageOf } from "../report-error.ts";
import { UserError } from "../user-error.ts";
import { forEach } from "./containers/for-each.ts";
import { UPDATE } from "./update-flags.ts";
import { updateForeground } from "./update-foreground.ts";

/** `wb update`: docker-update(1). Prints each container that was changed, as it was named. */
export const updateCommand: Command = command(UPDATE, async ({ flags, words }) => {
  const { restart, ...given } = flags;
  if (restart === undefined && Object.keys(given).length === 0)
    throw usage("update", "you must provide one or more flags when using this command");
  const limits = resourceOptions("update", given);
  const changes = { limits, restart: restart === undefined ? undefined : parseRestartPolicy(restart) };
  return forEach(words, (word) => update(word, changes));
});

async function update(word: string, changes: ContainerChanges): Promise<void> {
  try {
    await withEntry(word, (entry, info) =>
      // Of one in the foreground the processes are in a group within that of the container, with limits of its own.
      info.record?.cgroup?.endsWith("/init") === true
        ? updateStored(entry, info, changes, ({ id }, limits) => updateForeground(id, limits))
        : updateStored(entry, info, changes),
    );
  } catch (error) {
    if (!isNoSuchContainer(error)) throw asUserError(word, error);
    updateRunning(word, changes.limits);
  }
}

function updateRunning(word: string, limits: ContainerChanges["limits"]): void {
  const id = findContainer(word);
  try {
    updateForeground(id, limits);
  } catch (error) {
    throw asUserError(word, error);
  }
}

function asUserError(word: string, cause: unknown): unknown {
  return cause instanceof UserError ? cause : new UserError(`cannot update ${word}: ${messageOf(cause)}`, { cause });
}
