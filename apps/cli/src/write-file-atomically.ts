import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { O } from "@wb/syscall";

/**
 * Writes a file so that everyone sees either the old one or the new one, whoever reads it and whenever this process dies.
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
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
