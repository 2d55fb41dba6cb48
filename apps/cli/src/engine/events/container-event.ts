import type { ContainerInfo } from "../containers/container-info.ts";
import { recordEvent } from "./record-event.ts";

/** What an event says of the container that it happened to. */
export interface EventSubject extends Pick<ContainerInfo, "id" | "name"> {
  readonly config: Pick<ContainerInfo["config"], "image" | "labels">;
}

/**
 * Records a change of a container, docker-events(1): `create`, `start`, `die`…, with its image, its name and its labels.
 *
 * @param more what docker says besides: the `exitCode` of `die`, the `signal` of `kill`
 */
export function containerEvent(
  action: string,
  { id, name, config }: EventSubject,
  more: Readonly<Record<string, string | number>> = {},
): void {
  const texts = Object.entries(more).map(([key, value]) => [key, String(value)]);
  const attributes = { ...config.labels, image: config.image, name, ...Object.fromEntries(texts) };
  recordEvent({ type: "container", action, id, attributes });
}
