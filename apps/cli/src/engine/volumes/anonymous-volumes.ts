import { UserError } from "../../user-error.ts";
import type { RunOptions } from "../run-options.ts";
import { removeVolume } from "./remove-volume.ts";

/** Removes the volumes of a container that is gone which nobody gave a name, but those that others have, too: `--rm` and `wb rm -v`. */
export async function removeAnonymousVolumes({ namedVolumes }: Pick<RunOptions, "namedVolumes">): Promise<void> {
  for (const { name } of namedVolumes.filter(({ anonymous }) => anonymous)) {
    try {
      await removeVolume(name);
    } catch (error) {
      // In use, or gone.
      if (!(error instanceof UserError)) throw error;
    }
  }
}
