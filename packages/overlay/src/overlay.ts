import { AT_FDCWD, call, MOVE_MOUNT, type Step, step, value } from "@wb/syscall";
import { checkLayers, escapeLayer, layerByLayer, type OverlayLayers } from "./overlay-layers.ts";

export interface OverlayOptions extends OverlayLayers {
  /** Where it is mounted. */
  readonly target: string;
}

/** mount(2) takes one page of options. */
const PAGE = 4096;

/**
 * The Step that mounts an overlay: one tree of several directories, of which only the topmost is written to.
 * https://docs.kernel.org/filesystems/overlayfs.html
 *
 * Options that fit into mount(2)'s one page go that way, on every kernel; more layers need Linux 6.5, which takes them one
 * at a time.
 *
 * Equivalent to `mount -t overlay -o lowerdir=LOWER:…,upperdir=UPPER,workdir=WORK overlay TARGET`.
 *
 * @throws TypeError for an upper directory without a work directory, or layers that the kernel would refuse; RangeError for
 * more than 500 of them, or for a path that is too long to be one of many
 */
export function overlay(wanted: OverlayOptions): Step {
  checkLayers(wanted);
  const { lower, upper, work, target, options = [] } = wanted;
  const writable =
    upper === undefined || work === undefined ? [] : [`upperdir=${escapeLayer(upper)}`, `workdir=${escapeLayer(work)}`];
  const text = [`lowerdir=${lower.map(escapeLayer).join(":")}`, ...writable, ...options].join(",");
  const instructions =
    Buffer.byteLength(text) < PAGE
      ? [call("mount", "overlay", target, "overlay", 0, text)]
      : [
          ...layerByLayer("mount", wanted),
          call("move_mount", value("mount"), "", AT_FDCWD, target, MOVE_MOUNT.F_EMPTY_PATH | MOVE_MOUNT.T_SYMLINKS),
          call("close", value("mount")),
        ];
  return step(
    `mount an overlay of ${lower.length === 1 ? lower[0] : `${lower.length} layers`} on ${target}`,
    instructions,
    `mount -t overlay -o ${text} overlay ${target}`,
  );
}
