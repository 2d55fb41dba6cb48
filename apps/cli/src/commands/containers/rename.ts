import { type Command, command } from "../../command/command.ts";
import { withEntry } from "../../engine/containers/with-entry.ts";
import { containerEvent } from "../../engine/events/container-event.ts";
import { containerName } from "../../engine/names/container-name.ts";
import { renameConnections } from "../../engine/networks/rename-connections.ts";
import { changeName } from "../../engine/store/names.ts";
import { UserError } from "../../user-error.ts";
import { RENAME } from "./rename-flags.ts";

/** `wb rename`: docker-rename(1). */
export const renameCommand: Command = command(RENAME, async ({ words }) => {
  const [word = "", wanted = ""] = words;
  const to = containerName(wanted.replace(/^\//, ""));
  await withEntry(word, async (_, { id, name, places, config }) => {
    if (name === to)
      throw new UserError("Renaming a container with the same name as its current name", {
        hint: "give it another one",
      });
    changeName(places.store, { from: name, to }, id);
    renameConnections(id, name, to);
    containerEvent("rename", { id, name: to, config }, { oldName: `/${name}` });
  });
  return 0;
});
