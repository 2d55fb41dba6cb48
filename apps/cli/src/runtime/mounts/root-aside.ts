import { openRoot, ROOT } from "@wb/rootfs";
import { call, MNT, type Program, step, value } from "@wb/syscall";
import type { CleanedMount } from "./kinds.ts";

/**
 * The same Steps with a copy of the container's root to mount on, which is gone afterwards. Of a container with a user namespace
 * bind mounts are made before it is entered, without a place: one whose source is in the container's root, where an earlier one
 * is to be, finds that only on such a copy.
 *
 * @param root where the process is, and what it will bind: the copy is on top of it
 */
export function onRootAside(root: string, steps: Program): Program {
  return [
    openRoot(".", { isolated: true }),
    ...steps,
    step(
      "let go of the copy of the root",
      [call("umount2", root, MNT.DETACH), call("close", value(ROOT))],
      `umount -l ${root}`,
    ),
  ];
}

/** Whether a mount has a part in what the source of another one in the container's root is. */
export function isSourceOfOthers({ destination }: CleanedMount, mounts: readonly CleanedMount[]): boolean {
  return mounts.some(
    ({ sourceInRoot: source }) =>
      source !== undefined &&
      (source === destination || source.startsWith(`${destination}/`) || destination.startsWith(`${source}/`)),
  );
}
