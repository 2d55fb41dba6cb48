import { existsSync } from "node:fs";

/** Whether a path is a group: a directory, and not one of the files that each group has (`tasks`, `notify_on_release`). */
export function isGroup(directory: string): boolean {
  // Of a file "/." is refused with ENOTDIR: one access(2), and no exception.
  return existsSync(`${directory}/.`);
}
