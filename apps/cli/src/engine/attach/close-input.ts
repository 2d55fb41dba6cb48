import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { isErrno, O } from "@wb/syscall";
import { endGuard } from "../../runtime/supervisor/held-input.ts";

/** Ends a container's stdin: its supervisor is told to close it, and the guard has nothing to guard any more. */
export function closeInput(supervised: string): void {
  try {
    const control = openSync(join(supervised, "control"), O.WRONLY | O.NONBLOCK | O.CLOEXEC | O.NOFOLLOW);
    writeSync(control, "0");
    closeSync(control);
  } catch (error) {
    // Nobody reads it: the supervisor was killed, or the container has ended.
    if (!isErrno(error, "ENXIO", "ENOENT")) throw error;
  }
  endGuard(supervised);
}
