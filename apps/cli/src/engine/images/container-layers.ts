import { UserError } from "../../user-error.ts";
import type { ContainerInfo } from "../containers/container-info.ts";
import { entryDirectory } from "../store/read-entry.ts";
import { initLayer } from "./init-layer.ts";
import { chainOf, layersOfImage } from "./layers-of-image.ts";
import { type Layers, makeWritableLayer } from "./writable-layer.ts";

/** The layers of the root of a container of an image. */
export interface ContainerLayers {
  /** What it has written. */
  readonly upper: string;
  /** What is below, the topmost first: the init layer, and those of the image. */
  readonly lower: Layers;
}

/** @throws UserError for a container whose root is no image's */
export async function containerLayers({ id, name, config, places }: ContainerInfo): Promise<ContainerLayers> {
  const { rootfs } = config.options;
  if (!("image" in rootfs))
    throw new UserError(`container ${name} is of no image, so that nothing tells what it has changed`, {
      hint: `its root is ${rootfs.directory}${rootfs.overlay ? ":O, whose changes go away with it" : ""}`,
    });
  const layers = await layersOfImage(rootfs);
  const lower: Layers = [initLayer(chainOf(rootfs), layers), ...layers];
  return { upper: makeWritableLayer(entryDirectory(places.store, id), lower).upper, lower };
}
