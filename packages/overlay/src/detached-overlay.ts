import { type Step, step } from "@wb/syscall";
import { checkLayers, layerByLayer, type OverlayLayers } from "./overlay-layers.ts";

/**
 * The Step that makes an overlay which has no place yet, in a cell: for move_mount(2), or to open paths in. Linux 6.5. Its layers may have
 * paths that are nowhere in the mount namespace where it gets its place.
 *
 * @param cell where its file descriptor is left, which exec closes
 * @throws TypeError, RangeError as `overlay`
 */
export function detachedOverlay(cell: string, layers: OverlayLayers): Step {
  checkLayers(layers);
  const { lower } = layers;
  return step(`make an overlay of ${lower.length === 1 ? lower[0] : `${lower.length} layers`}`, [
    ...layerByLayer(cell, layers),
  ]);
}
