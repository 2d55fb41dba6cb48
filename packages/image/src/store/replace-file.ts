import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { O } from "@wb/syscall";

/**
 * Writes a file so that everyone sees either the old one or the new one, also after a loss of power. Only one process at a
 * time may do that: what a killed one left under the temporary name is overwritten.
 */
export function replaceFile(path: string, text: string): void {
  const temporary = `${path}.new`;
  try {
    const fd = openSync(temporary, O.WRONLY | O.CREAT | O.TRUNC | O.CLOEXEC, 0o600);
    try {
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

/** What was renamed or made in it is on the disk then. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
