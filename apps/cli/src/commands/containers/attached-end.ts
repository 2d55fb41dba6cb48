import { writeSync } from "node:fs";
import type { Attached } from "../../engine/attach/attachment.ts";
import { cleanUp } from "../../engine/containers/clean-up.ts";
import { infoOf } from "../../engine/containers/container-info.ts";
import { placesOf } from "../../engine/containers/container-places.ts";
import { exitCodeOf } from "../../engine/containers/exit-code.ts";
import { ContainerEntry } from "../../engine/store/container-entry.ts";
import { nameOfId } from "../../engine/store/names.ts";
import { warn } from "../../warn.ts";

/**
 * What a command ends with that was attached to a container: its status, once it is removed where it was started with `--rm`. Whoever
 * detaches gets docker's words for it.
 */
export async function attachedEnd(id: string, attached: Attached): Promise<number> {
  if (attached === "detached") {
    writeSync(2, "read escape sequence\n");
    return 0;
  }
  await removeEnded(id);
  return attached.exit === undefined ? UNKNOWN : exitCodeOf(attached.exit);
}

/** Its supervisor does that, too: here it is sooner. */
async function removeEnded(id: string): Promise<void> {
  const { store } = placesOf(id);
  using entry = ContainerEntry.lock(store, id);
  const info = entry === undefined ? undefined : infoOf(id, nameOfId(store, id) ?? "");
  if (entry === undefined || info === undefined || !info.config.autoRemove) return;
  if (info.state === "exited") await cleanUp(entry, info, warn);
}

/** docker's, where nobody knows how it ended. */
const UNKNOWN = 255;
