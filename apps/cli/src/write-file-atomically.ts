import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { O } from "@wb/syscall";

/**
 * Writes a file so that everyone sees either the old one or the new one, whoever reads it and whenever this process dies.
 *
 * @param mode permission bits
 * @param options.durable also when the machine loses its power, fsync(2), which waits for the disk: for what is to be there after a
 * boot. What tells of processes is not, for none of them is there then. Default false
 * @throws the error of the system call, ENOSPC for example; the old file is there then
 */
export function writeFileAtomically(
  path: string,
  content: string | Uint8Array,
  mode: number,
  { durable = false }: { readonly durable?: boolean } = {},
): void {
  const temporary = `${path}.${process.pid}.new`;
  try {
    const fd = openSync(temporary, O.WRONLY | O.CREAT | O.EXCL | O.CLOEXEC | O.NOFOLLOW, mode);
    try {
      writeFileSync(fd, content);
      if (durable) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    // Node names no path where it was given a descriptor.
    if (error instanceof Error && "syscall" in error && !("path" in error)) error.message += ` '${path}'`;
    throw error;
  }
}
