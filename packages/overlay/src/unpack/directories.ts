import { call, type Instruction, into, ignoring, O, runInPool, step, value } from "@wb/syscall";
import { type ByteString, textOf } from "../tar/byte-string.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import { type AttributeOptions, type Attributes, fileAttributes } from "./attributes.ts";
import { CELL, CLEAN_UP, cleanUp, closing } from "./cells.ts";
import { openInRoot } from "./open-in-root.ts";

/**
 * The directories that were made, by path. Their attributes are given last: a mode may forbid to make anything in them, and
 * each name that is made changes their times.
 */
export class Directories {
  readonly #attributes = new Map<ByteString, Attributes | "implied">();

  /** Of an entry of the archive; a later one of the same name counts. */
  add(path: ByteString, entry: TarEntry): void {
    const { uid, gid, mode, mtime, atime, xattrs } = entry;
    // Others have been given already; those of the root have not.
    const late = path === "" ? xattrs : xattrs.filter(([name]) => name.startsWith("system."));
    this.#attributes.set(path, { uid, gid, mode, mtime, xattrs: late, ...(atime === undefined ? {} : { atime }) });
  }

  /** One that only the names of others imply: root's, open to all, with the times that it gets. */
  addImplied(path: ByteString): void {
    if (!this.#attributes.has(path)) this.#attributes.set(path, "implied");
  }

  /** Something else has this name now. */
  remove(path: ByteString): void {
    if (!this.#attributes.delete(path)) return;
    for (const known of this.#attributes.keys()) if (known.startsWith(`${path}/`)) this.#attributes.delete(known);
  }

  /** Gives all of them their attributes, those below others first. @throws SyscallError */
  async finish(root: number, options: AttributeOptions): Promise<void> {
    const all = [...this.#attributes].toSorted(([a], [b]) => (a < b ? 1 : -1));
    for (let first = 0; first < all.length; first += AT_ONCE) {
      const steps = all
        .slice(first, first + AT_ONCE)
        .map(([path, attributes]) =>
          step(
            `give ${textOf(path) || "the root directory"} its mode and times`,
            instructions(path, attributes, options),
          ),
        );
      await runInPool([...steps, cleanUp()], { inputs: { [CELL.root]: root }, onError: CLEAN_UP });
    }
  }
}

const AT_ONCE = 256;

function instructions(path: ByteString, attributes: Attributes | "implied", options: AttributeOptions): Instruction[] {
  // By another name, through a symbolic link, something else may have been put into its place.
  const open = ignoring(openInRoot(path, O.RDONLY | O.NOFOLLOW), "ENOENT", "ENOTDIR", "ELOOP");
  return [
    into(CELL.file, open),
    { jump: "gone", when: { value: CELL.file, lessThan: 0 } },
    ...(attributes === "implied" ? [call("fchmod", value(CELL.file), 0o755)] : fileAttributes(attributes, options)),
    closing("file"),
    { label: "gone" },
  ];
}
