import { fstatSync } from "node:fs";
import { scanHeaders } from "./scan-headers.ts";

/**
 * The offset at which the next record of a log is to be written: the end of the last whole one. What stands after that is a
 * part of one, after a full disk or a kill; it is to be truncated, or a shorter record leaves some of it behind itself.
 */
export function logEnd(fd: number): number {
  return scanHeaders(fd, fstatSync(fd).size, () => true);
}
