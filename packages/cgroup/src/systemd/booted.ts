import { lstatSync } from "node:fs";

/** Whether systemd is this machine's process 1, as sd_booted(3) finds out: /run/systemd/system is a directory. */
export function isSystemdBooted(): boolean {
  return lstatSync("/run/systemd/system", { throwIfNoEntry: false })?.isDirectory() ?? false;
}
