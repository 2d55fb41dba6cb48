import { call, closeFd, into, run, step } from "@wb/syscall";
import { pathArgument } from "../tar/byte-string.ts";
import { type AttributeOptions, wantedXattrs } from "./attributes.ts";
import { CELL } from "./cells.ts";
import { openInRoot } from "./open-in-root.ts";
import type { Pending } from "./pending.ts";

/**
 * Gives extended attributes to what cannot be opened: symbolic links, devices and FIFOs. lsetxattr(2) takes a path, which
 * begins at the open directory, in /proc: setxattrat(2) is only in Linux 6.13.
 *
 * @throws SyscallError EPERM for an attribute `user.`, which only files and directories have
 */
export function setNameXattrs(
  pending: Pending,
  { root, ...options }: AttributeOptions & { readonly root: number },
): void {
  const { entry, place, label } = pending;
  const opened = run([step(label, [into(CELL.directory, openInRoot(place.parent))])], {
    inputs: { [CELL.root]: root },
  });
  const directory = opened.number(CELL.directory);
  try {
    const path = pathArgument(`/proc/self/fd/${directory}/${place.base}`);
    const calls = wantedXattrs(entry.xattrs, options).map(([name, content]) =>
      call("lsetxattr", path, pathArgument(name), content, content.length, 0),
    );
    run([step(label, calls)]);
  } finally {
    closeFd(directory);
  }
}
