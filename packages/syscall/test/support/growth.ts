import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes that this process has in memory, after garbage collection. */
export function residentBytes(): number {
  collect();
  collect();
  return process.memoryUsage.rss();
}
