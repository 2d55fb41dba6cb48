import type { SupervisionOptions } from "../../runtime/supervisor/open-supervision.ts";
import { cleanUpCommand } from "./clean-up-command.ts";
import { placesOf } from "./container-places.ts";
import type { StoredConfig } from "./stored-config.ts";

/** What a container's supervisor has and does, the first one and each that takes its place. */
export function supervisionOf(id: string, config: StoredConfig): Omit<SupervisionOptions, "master" | "adopts"> {
  const { supervised, entry } = placesOf(id);
  return {
    name: `wb-supervisor ${id}`,
    directory: supervised,
    ...logOf(entry, config),
    interactive: config.options.interactive,
    cleanUp: cleanUpCommand(id),
  };
}

function logOf(
  directory: string,
  { log: { driver, maxSize, maxFile } }: StoredConfig,
): Pick<SupervisionOptions, "log"> {
  if (driver === "none") return {};
  return { log: { directory, ...(maxSize === undefined ? {} : { limits: { size: maxSize, files: maxFile } }) } };
}
