import { readMountinfo } from "@wb/rootfs";
import {
  address,
  AT,
  AT_FDCWD,
  call,
  CLONE,
  closeFd,
  into,
  isErrno,
  memory,
  O,
  OPEN_TREE,
  openHow,
  pointer,
  RESOLVE,
  runInChild,
  STATX,
  step,
  value,
} from "@wb/syscall";
import { infoOf } from "../containers/container-info.ts";
import { tmpfsSource } from "./driver-mount.ts";
import { volumeUsers } from "./volume-users.ts";

/**
 * The file system of a volume in memory, of a container that runs with it: nothing holds it but the mount namespaces of containers.
 * The caller has the volume's lock, and keeps it until his container has the mount.
 *
 * @returns a file descriptor of a mount without a place, which the caller closes; undefined where nobody has it
 */
export function openSharedMount(name: string): number | undefined {
  for (const id of volumeUsers().get(name) ?? []) {
    const pid = infoOf(id, "")?.record?.init_process_pid ?? 0;
    const mount = pid > 0 ? openMountOf(pid, tmpfsSource(name)) : undefined;
    if (mount !== undefined) return mount;
  }
  return undefined;
}

/**
 * A copy of a mount in another process's mount namespace, of which the kernel's table says that it is there. Its names may have been
 * moved: no symbolic link is followed, and what is found must be that mount, or it is not taken.
 */
function openMountOf(pid: number, source: string): number | undefined {
  try {
    const found = readMountinfo(pid).find(
      (mount) => mount.type === "tmpfs" && mount.source === source && mount.root === "/",
    );
    if (found === undefined) return undefined;
    const how = { flags: O.PATH | O.DIRECTORY | O.CLOEXEC, resolve: RESOLVE.NO_SYMLINKS | RESOLVE.NO_MAGICLINKS };
    const { mountPoint } = found;
    const made = runInChild([
      step(`enter the mount namespace of process ${pid}`, [
        into("namespace", call("openat", AT_FDCWD, `/proc/${pid}/ns/mnt`, O.RDONLY | O.CLOEXEC, 0)),
        call("setns", value("namespace"), CLONE.NEWNS),
        call("close", value("namespace")),
      ]),
      step(`copy the mount of ${source}`, [
        memory("stat", STATX_SIZE),
        into("place", call("openat2", AT_FDCWD, mountPoint, pointer(openHow, how), openHow.size)),
        call("statx", value("place"), "", AT.EMPTY_PATH, STATX.MNT_ID, address("stat")),
        into("mount", call("open_tree", value("place"), "", AT.EMPTY_PATH | OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC)),
        call("close", value("place")),
      ]),
    ]);
    const mount = made.number("mount");
    if (made.bytes("stat", STATX_SIZE).readBigUInt64LE(STX_MNT_ID) === BigInt(found.id)) return mount;
    closeFd(mount);
    return undefined;
  } catch (error) {
    // It has ended, or has moved it away.
    if (isErrno(error, "ENOENT", "ESRCH", "ELOOP", "ENOTDIR", "EINVAL")) return undefined;
    throw error;
  }
}

/** `struct statx` and its stx_mnt_id, linux/stat.h. */
const STATX_SIZE = 256;
const STX_MNT_ID = 0x90;
