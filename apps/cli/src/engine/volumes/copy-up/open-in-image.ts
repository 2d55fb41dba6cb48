import {
  AT_FDCWD,
  call,
  closeFd,
  ERRNO,
  ignoring,
  into,
  O,
  OPEN_TREE,
  openHow,
  pointer,
  type Program,
  RESOLVE,
  run,
  step,
} from "@wb/syscall";
import type { RootfsSource } from "../../rootfs-source.ts";

/** A directory that is open, or nothing. */
export interface OpenDirectory extends Disposable {
  readonly fd: number | undefined;
}

/**
 * Opens a directory of what a container's root is made of, as the container would: symbolic links do not lead out of it, nor through
 * a file descriptor of this process. Nothing where there is no directory.
 *
 * @param overlay the root is a copy of one file system: what is mounted in it is not seen
 */
export function openInImage(
  { directory = "/", fds }: Pick<RootfsSource, "directory" | "fds">,
  { path, overlay }: { readonly path: string; readonly overlay: boolean },
): OpenDirectory {
  const [mounted] = Object.values(fds);
  const root = run(rootSteps(directory, { mounted, overlay })).number("root");
  try {
    const how = { flags: O.RDONLY | O.DIRECTORY | O.CLOEXEC, resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS };
    const open = call("openat2", root, `.${path}`, pointer(openHow, how), openHow.size);
    const made = run([
      step(`open ${path} in the root`, [
        { label: "again" },
        into("directory", ignoring(open, "EAGAIN", "ENOENT", "ENOTDIR", "ELOOP")),
        { jump: "again", when: { value: "directory", equals: -ERRNO.EAGAIN } },
      ]),
    ]).number("directory");
    return made < 0
      ? { fd: undefined, [Symbol.dispose]: () => {} }
      : { fd: made, [Symbol.dispose]: () => closeFd(made) };
  } finally {
    closeFd(root);
  }
}

/** A mount that has no place is its own copy. */
function rootSteps(
  directory: string,
  { mounted, overlay }: { readonly mounted: number | undefined; readonly overlay: boolean },
): Program {
  if (mounted !== undefined)
    return [step("open the image", [into("root", call("openat", mounted, ".", O.PATH | O.DIRECTORY | O.CLOEXEC, 0))])];
  const plain = call("openat", AT_FDCWD, directory, O.PATH | O.DIRECTORY | O.CLOEXEC, 0);
  if (!overlay) return [step("open the root", [into("root", plain)])];
  return [
    step("open the root's own file system, without what is mounted in it", [
      into("root", call("open_tree", AT_FDCWD, directory, OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC)),
    ]),
  ];
}
