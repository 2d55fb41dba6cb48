import { AT_FDCWD, call, ignoring, run, S, step } from "@wb/syscall";

/** Makes a FIFO of this user's, unless it is there. */
export function makeFifo(path: string): void {
  const made = call("mknodat", AT_FDCWD, path, S.IFIFO | 0o600, 0);
  run([step("make a FIFO", [ignoring(made, "EEXIST")], `mkfifo -m 600 ${path}`)]);
}
