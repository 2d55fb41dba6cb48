import { readdirSync } from "node:fs";
import { call, closeFd, ERRNO, ignoring, into, O, openHow, pointer, RESOLVE, run, step } from "@wb/syscall";

/** A path in a tree that is open; disposing of it closes it. */
export interface OpenPath extends Disposable {
  readonly fd: number;
}

/**
 * Opens a path in a directory as if that was the root: no symbolic link leads out of it, openat2(2) RESOLVE_IN_ROOT. Undefined for what is not
 * there.
 *
 * @param flags of open(2), beside O_CLOEXEC
 */
export function openInTree(root: number, path: string, flags: number = O.PATH): OpenPath | undefined {
  const how = { flags: flags | O.CLOEXEC, resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS };
  const name = path.replace(/^\/+/, "");
  const open = call("openat2", root, name === "" ? "." : name, pointer(openHow, how), openHow.size);
  const fd = run([
    step(`open ${path}`, [
      { label: "again" },
      into("opened", ignoring(open, "EAGAIN", "ENOENT", "ENOTDIR", "ELOOP")),
      { jump: "again", when: { value: "opened", equals: -ERRNO.EAGAIN } },
    ]),
  ]).number("opened");
  return fd < 0 ? undefined : { fd, [Symbol.dispose]: () => closeFd(fd) };
}

/** The names in a directory of the tree; none for what is no directory. */
export function namesInTree(root: number, path: string): string[] {
  using directory = openInTree(root, path, O.RDONLY | O.DIRECTORY);
  return directory === undefined ? [] : readdirSync(`/proc/self/fd/${directory.fd}`).toSorted();
}
