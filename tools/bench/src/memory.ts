import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes that this process has, once what is no longer used is gone. */
export interface Memory {
  readonly resident: number;
  /** What JavaScript holds, in V8's heap and in buffers: a leak of ours is here. */
  readonly held: number;
}

export function memoryNow(): Memory {
  collect();
  collect();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { resident: rss, held: heapUsed + arrayBuffers };
}
