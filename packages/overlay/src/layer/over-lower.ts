import { readdirSync } from "node:fs";
import { closeFd, ignoring, into, O, run, step } from "@wb/syscall";
import { byteString, type ByteString, textOf } from "../tar/byte-string.ts";
import { CELL } from "../unpack/cells.ts";
import type { EntryPath } from "../unpack/entry-path.ts";
import { openInRoot } from "../unpack/open-in-root.ts";
import { removeTree } from "../unpack/remove-tree.ts";

/** A layer in a directory that has what is below it: what is of the layer itself is known by its names, and stays. */
export class OverLower {
  readonly #made = new Set<ByteString>();

  /** Says that the layer has a name, and so the directories above it. */
  made(path: ByteString): void {
    for (let at = path.length; at > 0; at = path.lastIndexOf("/", at - 1)) {
      const above = path.slice(0, at);
      if (this.#made.has(above)) return;
      this.#made.add(above);
    }
  }

  /** Removes what is below of a name. @throws SyscallError */
  remove(root: number, { path, parent, base }: EntryPath): void {
    if (this.#made.has(path)) this.clear(root, path);
    else withDirectory(root, parent, (fd) => removeTree(fd, base));
  }

  /** Removes what is below in a directory. @throws SyscallError */
  clear(root: number, directory: ByteString): void {
    const waiting = [directory];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const prefix = path === "" ? "" : `${path}/`;
      withDirectory(root, path, (fd) => {
        for (const entry of readdirSync(`/proc/self/fd/${fd}`, { withFileTypes: true, encoding: "buffer" })) {
          const name = byteString(entry.name);
          if (!this.#made.has(prefix + name)) removeTree(fd, name);
          else if (entry.isDirectory()) waiting.push(prefix + name);
        }
      });
    }
  }
}

/** Nothing is done where there is no such directory: there is nothing below then. */
function withDirectory(root: number, path: ByteString, use: (fd: number) => void): void {
  const open = ignoring(openInRoot(path, O.RDONLY), "ENOENT", "ENOTDIR", "ELOOP");
  const opened = run([step(`open ${textOf(path) || "the root directory"}`, [into("directory", open)])], {
    inputs: { [CELL.root]: root },
  });
  const fd = opened.number("directory");
  if (fd < 0) return;
  try {
    use(fd);
  } finally {
    closeFd(fd);
  }
}
