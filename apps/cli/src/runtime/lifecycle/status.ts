import { existsSync } from "node:fs";
import { isBeingChanged } from "./container-directory.ts";
import { directoryOf, fileOf } from "./container-files.ts";
import type { ContainerRecord, Status } from "./container-record.ts";
import { isAlive, isSetUp } from "./init-process.ts";
import { isFrozen } from "./is-frozen.ts";

/** What state a container is in, of which the kernel is the witness. */
export function statusOf(root: string, record: ContainerRecord): Status {
  const pid = record.init_process_pid;
  if (pid === 0) return isBeingChanged(root, record.id) ? "creating" : "stopped";
  if (!isAlive(record)) return "stopped";
  if (isFrozen(record)) return "paused";
  return existsSync(fileOf(directoryOf(root, record.id), "fifo")) && isSetUp(pid) ? "created" : "running";
}
