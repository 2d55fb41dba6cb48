import { closeSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { O } from "@wb/syscall";

/**
 * Writes a file so that everyone sees either the old one or the new one, whoever reads it and whenever this process dies.
 * It may be torn where the machine loses its power: it is for what tells of processes, of which none is left then, and an
 * fsync(2) would wait for a disk wherever that is no tmpfs.
 *
 * @param mode permission bits
 * @throws the error of the system call, ENOSPC for example; the old file is there then
 */
export function writeFileAtomically(path: string, content: string | Uint8Array, mode: number): void {
  const temporary = `${path}.${process.pid}.new`;
  try {
    const fd = openSync(temporary, O.WRONLY | O.CREAT | O.EXCL | O.CLOEXEC | O.NOFOLLOW, mode);
    try {
      writeFileSync(fd, content);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
