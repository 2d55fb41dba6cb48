import { closeSync, openSync } from "node:fs";
import { call, isErrno, LOCK, O, run, step } from "@wb/syscall";
import { UserError } from "../user-error.ts";
import { statePaths } from "./state.ts";

/**
 * Waits until no other process changes a container's limits. The state's own lock is held by the container's `wb run`; the
 * directory in it serves for this one.
 *
 * @throws UserError when the container has ended
 */
export function lockUpdates(id: string): Disposable {
  const fd = openMountpoint(id);
  try {
    run([step("lock the container's limits", [call("flock", fd, LOCK.EX)])]);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return { [Symbol.dispose]: () => closeSync(fd) };
}

function openMountpoint(id: string): number {
  try {
    return openSync(statePaths(id).mountpoint, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  } catch (error) {
    if (isErrno(error, "ENOENT")) throw new UserError(`the container ${id.slice(0, 12)} has ended`, { cause: error });
    throw error;
  }
}
