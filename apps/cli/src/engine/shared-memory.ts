import { AT, AT_FDCWD, call, CLONE, into, O, OPEN_TREE, type Step, step, value } from "@wb/syscall";

/** The cell with the mount that {@link takeSharedMemory} takes. */
export const SHARED_MEMORY = "shared memory";

/**
 * The Step that takes a copy of what another container has mounted on /dev/shm, as of a bind mount: who is in its IPC namespace
 * expects the memory of shm_open(3) to be the same, too. Only from within its mount namespace can that be copied, open_tree(2), and
 * the root and the working directory are those of the own one afterwards, setns(2).
 *
 * @param namespace `/proc/PID/ns/mnt` of the other container
 */
export function takeSharedMemory(namespace: string): Step {
  const flags = O.RDONLY | O.CLOEXEC | O.NONBLOCK;
  return step(
    "take the /dev/shm of the other container",
    [
      into("own mounts", call("openat", AT_FDCWD, "/proc/self/ns/mnt", flags, 0)),
      into("other mounts", call("openat", AT_FDCWD, namespace, flags, 0)),
      call("setns", value("other mounts"), CLONE.NEWNS),
      into(
        SHARED_MEMORY,
        call("open_tree", AT_FDCWD, "/dev/shm", OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC | AT.SYMLINK_NOFOLLOW),
      ),
      call("setns", value("own mounts"), CLONE.NEWNS),
      call("close", value("other mounts")),
      call("close", value("own mounts")),
    ],
    `nsenter --mount=${namespace} …`,
  );
}
