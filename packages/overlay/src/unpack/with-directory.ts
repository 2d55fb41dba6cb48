import { closeSync, openSync } from "node:fs";
import { O } from "@wb/syscall";

/** Calls a function with an open directory's file descriptor. */
export function withDirectory<T>(path: string, use: (fd: number) => T): T {
  const fd = openSync(path, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
