import { closeSync, openSync, statSync } from "node:fs";
import { call, O, run, step } from "@wb/syscall";
import { copyTree } from "../layer/copy-tree.ts";
import type { UpperForm } from "../layer/upper-whiteout.ts";

export interface CopyLayersOptions {
  /** The form of the layers' whiteouts. Default `overlay`. */
  readonly whiteouts?: UpperForm;
  /** Whether to give owners. Default: as root. */
  readonly owners?: boolean;
}

/**
 * Copies what an overlay of layers would show into an empty directory: for where no overlay can be mounted. Takes the time
 * and the room of all that the layers have.
 *
 * @param lowers the directories of the layers, the topmost first
 * @throws SyscallError, Error of Node
 */
export async function copyLayers(
  lowers: readonly string[],
  target: string,
  { whiteouts = "overlay", owners = process.geteuid?.() === 0 }: CopyLayersOptions = {},
): Promise<void> {
  for (const lower of lowers.toReversed()) await copyTree(lower, target, { whiteouts, owners });
  const [top] = lowers;
  if (top !== undefined) likeTop(top, { target, owners });
}

/** The root of an overlay is that of its topmost layer. */
function likeTop(top: string, { target, owners }: { readonly target: string; readonly owners: boolean }): void {
  const { mode, uid, gid } = statSync(top);
  const fd = openSync(target, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  try {
    const owner = owners ? [call("fchown", fd, uid, gid)] : [];
    run([step(`give ${target} the owner and mode of ${top}`, [...owner, call("fchmod", fd, mode & 0o7777)])]);
  } finally {
    closeSync(fd);
  }
}
