import { join } from "node:path";
import type { ContainerPlaces } from "../containers/container-places.ts";

/** A directory that the monitor has the lock of. */
export function monitorDirectory({ supervised }: Pick<ContainerPlaces, "supervised">): string {
  return join(supervised, "health");
}
