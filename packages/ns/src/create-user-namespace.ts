import { openSync } from "node:fs";
import {
  address,
  call,
  CLONE,
  closeFd,
  memory,
  O,
  type Program,
  REPORT,
  SetupError,
  spawn as spawnProgram,
  step,
  tell,
  tryWait,
  value,
} from "@wb/syscall";
import { type IdMaps, writeIdMaps } from "./write-id-maps.ts";

/**
 * Makes a user namespace with id maps and nobody in it: for mounts whose owners it translates, and for processes that
 * enter it later. It lasts as long as the file descriptor, or what uses it. It is owned by the caller.
 *
 * Equivalent to `unshare --user --map-users OUTSIDE,INSIDE,COUNT … sleep infinity &` and opening `/proc/$!/ns/user`.
 *
 * @returns a file descriptor, close-on-exec, which the caller closes
 * @throws RangeError for maps that cannot be; SyscallError ENOSPC from unshare beyond /proc/sys/user/max_user_namespaces
 * @example
 * const container = [{ inside: 0, outside: 100_000, count: 65_536 }];
 * const fd = createUserNamespace({ uidMap: container, gidMap: container });
 */
export function createUserNamespace(maps: IdMaps): number {
  const { pid, pidfd, report } = spawnProgram(userNamespaceHolder, { name: "wb-userns" });
  try {
    if (report.nextSync() === undefined) throw new SetupError(pid, "killed");
    writeIdMaps(pid, maps);
    return openSync(`/proc/${pid}/ns/user`, O.RDONLY | O.CLOEXEC);
  } finally {
    report.close();
    tryWait(pidfd, { block: true });
    closeFd(pidfd);
  }
}

/** A new namespace needs a process in it until it has been opened; this one goes when its parent is done, or gone. */
export const userNamespaceHolder: Program = [
  step("make a user namespace", [call("unshare", CLONE.NEWUSER)], "unshare --user"),
  tell("waiting"),
  step("wait until nobody reads the report any more", [
    memory("poll", 8),
    { assign: address("poll"), to: value(REPORT) },
    call("ppoll", address("poll"), 1, null, null, 0),
    call("exit_group", 0),
  ]),
];
