import { checkLayers, type OverlayLayers } from "../overlay-layers.ts";

/**
 * The command that mounts an overlay by fuse-overlayfs(1), and goes on in the background until it is unmounted:
 * `fusermount3 -u TARGET`, or `umount` in the user namespace where it was started.
 *
 * @throws TypeError for a path with a comma or colon, which it has no way to say
 * @example
 * fuseOverlayCommand({ lower: ["/layers/1"], upper: "/c/upper", work: "/c/work", target: "/c/merged" });
 * // ["fuse-overlayfs", "-o", "lowerdir=/layers/1,upperdir=/c/upper,workdir=/c/work", "/c/merged"]
 */
export function fuseOverlayCommand({ target, ...layers }: OverlayLayers & { readonly target: string }): string[] {
  const { lower, upper, work, options = [] } = layers;
  // It is content with a single layer.
  if (upper !== undefined || work !== undefined) checkLayers(layers);
  const wrong = [...lower, upper ?? "", work ?? ""].find((path) => /[,:\\]/.test(path));
  if (wrong !== undefined)
    throw new TypeError(`${wrong}: fuse-overlayfs takes no path with a comma, colon or backslash`);
  const writable = upper === undefined ? [] : [`upperdir=${upper}`, `workdir=${work}`];
  return ["fuse-overlayfs", "-o", [`lowerdir=${lower.join(":")}`, ...writable, ...options].join(","), target];
}
