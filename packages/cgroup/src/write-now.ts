import { closeLeftOpen, perform } from "./perform.ts";
import { readIfPresent } from "./read.ts";
import { refusal } from "./refusal.ts";
import { writeFile } from "./steps.ts";

/** Writes into a file of a group. @throws CgroupError naming file and value */
export function writeNow(file: string, text: string): void {
  const performed = perform([writeFile(file, text, `write ${text}`)]);
  if (performed.failure === undefined) return;
  closeLeftOpen(performed);
  throw refusal(performed.failure, { read: readIfPresent });
}
