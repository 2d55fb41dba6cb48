import { existsSync, watch } from "node:fs";
import { dirname } from "node:path";
import type { Stop } from "./source.ts";

/** Tells of a group's end. inotify(7) says so of the directory above; of its own it would wait until all files are closed. */
export function watchRemoval(directory: string, gone: (error?: unknown) => void): Stop {
  const watcher = watch(dirname(directory), (event) => {
    if (event === "rename" && !existsSync(directory)) gone();
  });
  watcher.on("error", gone);
  // Nothing tells of a removal before the watch was set.
  if (!existsSync(directory)) gone();
  return () => watcher.close();
}
