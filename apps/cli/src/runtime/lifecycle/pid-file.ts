import { resolve } from "node:path";
import { writeFileAtomically } from "../../write-file-atomically.ts";

/** Writes the id of a container's process, without a newline, as engines wait for it: it is there as a whole, or not. */
export function writePidFile(path: string, pid: number): void {
  writeFileAtomically(resolve(path), String(pid), 0o644);
}
