import type { ContainerInfo } from "../containers/container-info.ts";
import { recordEvent } from "./record-event.ts";

type Subject = { readonly id: string; readonly config: Pick<ContainerInfo["config"], "options"> };

/** Records that a container has its volumes from now on, `mount`. */
export function volumesMounted({ id, config }: Subject): void {
  for (const { name, destination, driver, readonly } of config.options.namedVolumes ?? []) {
    const writable = String(!readonly);
    const attributes = {
      container: id,
      destination,
      driver: driver ?? DRIVER,
      propagation: "",
      "read/write": writable,
    };
    recordEvent({ type: "volume", action: "mount", id: name, attributes });
  }
}

/** Records that it has them no more, `unmount`. */
export function volumesUnmounted({ id, config }: Subject): void {
  for (const { name, driver } of config.options.namedVolumes ?? [])
    recordEvent({
      type: "volume",
      action: "unmount",
      id: name,
      attributes: { container: id, driver: driver ?? DRIVER },
    });
}

/** Where none was asked for. */
const DRIVER = "local";
