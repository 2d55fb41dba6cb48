import { writeSync } from "node:fs";

/** Writes to stdout, all of it: a pipe takes a part at a time. */
export function writeAll(text: string): void {
  for (let rest = Buffer.from(text); rest.length > 0;) rest = rest.subarray(writeSync(1, rest));
}
