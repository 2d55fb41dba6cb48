import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import {
  AT,
  AT_FDCWD,
  call,
  CLONE,
  closeFd,
  ignoring,
  into,
  isErrno,
  MNT,
  MOVE_MOUNT,
  MS,
  NS,
  O,
  OPEN_TREE,
  run,
  runInChild,
  step,
  value,
} from "@wb/syscall";
import { NetError } from "../net-error.ts";
import { NAMED, netnsPath } from "../netlink/netns.ts";

/**
 * Makes a network namespace with a name, which lasts without a process in it. Its `lo` is down.
 *
 * Equivalent to `ip netns add NAME`
 *
 * @throws NetError WB_NET_NAME; SyscallError EEXIST when there is one of the name, EPERM without CAP_SYS_ADMIN. Nothing is left then
 * @example
 * netnsAdd("blue");
 * linkSet("lo", { up: true }, { netns: "blue" }); // ip -n blue link set lo up
 */
export function netnsAdd(name: string): void {
  const path = nameToPath(name);
  bindTo(path, () =>
    runInChild([
      step("make a network namespace", [call("unshare", CLONE.NEWNET)], "unshare --net"),
      step("open it", [into("fd", call("openat", AT_FDCWD, "/proc/thread-self/ns/net", O.RDONLY | O.CLOEXEC, 0))]),
    ]).number("fd"),
  );
}

/**
 * Gives the network namespace of a process a name.
 *
 * Equivalent to `ip netns attach NAME PID`
 *
 * @throws as {@link netnsAdd}; SyscallError ENOENT when there is no such process
 */
export function netnsAttach(name: string, pid: number): void {
  const source = netnsPath(pid);
  bindTo(nameToPath(name), () =>
    run([
      step(`open the namespace of ${pid}`, [into("fd", call("openat", AT_FDCWD, source, O.RDONLY | O.CLOEXEC, 0))]),
    ]).number("fd"),
  );
}

/**
 * Takes the name from a network namespace, which goes with its last process.
 *
 * Equivalent to `ip netns delete NAME`
 *
 * @throws NetError WB_NET_NETNS when there is none
 */
export function netnsDelete(name: string): void {
  const path = nameToPath(name);
  try {
    // One that a killed process has made may be no mount.
    run([
      step(`take ${path} away`, [
        ignoring(call("umount2", path, MNT.DETACH | UMOUNT_NOFOLLOW), "EINVAL"),
        call("unlinkat", AT_FDCWD, path, 0),
      ]),
    ]);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
    throw new NetError("WB_NET_NETNS", `there is no network namespace ${path}`, {
      hint: "ip netns list",
      cause: error,
    });
  }
}

/** The names of network namespaces, in the order of the alphabet. Equivalent to `ip netns list` */
export function netnsList(): string[] {
  try {
    return readdirSync(NAMED).toSorted();
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}

/** The processes in a network namespace. Equivalent to `ip netns pids NAME` @throws NetError WB_NET_NETNS */
export function netnsPids(name: string): number[] {
  const wanted = identity(netnsPath(name));
  if (wanted === undefined)
    throw new NetError("WB_NET_NETNS", `there is no network namespace ${netnsPath(name)}`, { hint: "ip netns list" });
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && identity(`/proc/${pid}/ns/net`) === wanted)
    .map(Number);
}

/** The names that the network namespace of a process has. Equivalent to `ip netns identify PID` */
export function netnsIdentify(pid: number): string[] {
  const wanted = identity(netnsPath(pid));
  return wanted === undefined ? [] : netnsList().filter((name) => identity(`${NAMED}/${name}`) === wanted);
}

/** umount2(2), UMOUNT_NOFOLLOW */
const UMOUNT_NOFOLLOW = 8;

function nameToPath(name: string): string {
  if (name.includes("/")) throw new NetError("WB_NET_NAME", `no name of a network namespace: ${JSON.stringify(name)}`);
  return netnsPath(name);
}

function bindTo(path: string, open: () => number): void {
  shareDirectory();
  const make = call("openat", AT_FDCWD, path, O.RDONLY | O.CREAT | O.EXCL | O.CLOEXEC, 0);
  const target = run([step(`make ${path}`, [into("fd", make)], `touch ${path}`)]).number("fd");
  try {
    const namespace = open();
    try {
      run([
        step("bind the namespace", [
          call("ioctl", namespace, NS.GET_NSTYPE, 0),
          into("mount", call("open_tree", namespace, "", OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC | AT.EMPTY_PATH)),
          call("move_mount", value("mount"), "", target, "", MOVE_MOUNT.F_EMPTY_PATH | MOVE_MOUNT.T_EMPTY_PATH),
          call("close", value("mount")),
        ]),
      ]);
    } finally {
      closeFd(namespace);
    }
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeFd(target);
  }
}

/** As ip-netns(8): a namespace that is named here is to be seen in other mount namespaces, and can be deleted in all of them. */
function shareDirectory(): void {
  mkdirSync(NAMED, { recursive: true, mode: 0o755 });
  const share = call("mount", null, NAMED, null, MS.SHARED | MS.REC, null);
  run([
    step(`share ${NAMED}`, [
      into("shared", ignoring(share, "EINVAL")),
      { jump: "shared", when: { value: "shared", equals: 0 } },
      // It is no mount yet.
      call("mount", NAMED, NAMED, null, MS.BIND | MS.REC, null),
      share,
      { label: "shared" },
    ]),
  ]);
}

/** undefined where there is nothing, or nothing that this process may see. */
function identity(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    if (isErrno(error, "ENOENT", "EACCES", "EPERM", "ESRCH", "ENOTDIR")) return undefined;
    throw error;
  }
}
