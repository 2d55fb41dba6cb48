import { watch } from "node:fs";
import { parseFlatKeyed } from "../parse.ts";
import { readIfPresent } from "../read.ts";
import { MEMORY_EVENTS } from "./event.ts";
import type { Sink, Stop } from "./source.ts";

/**
 * `cgroup.events` and `memory.events` of a v2 group. The kernel tells inotify(7) of each change (cgroup-v2.rst, "Populated
 * notification"), which is what Node's `watch` uses: no thread waits.
 */
export function watchV2Files(directory: string, { push, fail }: Sink): Stop {
  const read = (file: string): Counts => parseFlatKeyed(readIfPresent(`${directory}/${file}`));
  let state: Counts = {};
  let memory: Counts = {};
  const look = (file: string | null): void => {
    if (file === "cgroup.events") {
      const now = read(file);
      for (const type of ["populated", "frozen"] as const) {
        const value = now[type];
        if (value !== undefined && value !== state[type]) push({ type, value: value === 1 });
      }
      state = now;
    }
    if (file === "memory.events") {
      const now = read(file);
      for (const type of MEMORY_EVENTS) {
        const count = (now[type] ?? 0) - (memory[type] ?? 0);
        if (count > 0) push({ type, count });
      }
      memory = now;
    }
  };
  const watcher = watch(directory, (_, file) => {
    try {
      look(file);
    } catch (error) {
      fail(error);
    }
  });
  watcher.on("error", fail);
  state = read("cgroup.events");
  memory = read("memory.events");
  return () => watcher.close();
}

type Counts = Readonly<Record<string, number>>;
