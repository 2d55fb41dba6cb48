import { fstatSync, readFileSync, statSync } from "node:fs";
import {
  AT_FDCWD,
  call,
  closeFd,
  ignoring,
  into,
  isErrno,
  O,
  type Program,
  run,
  step,
  type User,
  value,
} from "@wb/syscall";
import type { Join } from "./join.ts";
import { namespaceInode } from "./namespace-inode.ts";
import { KINDS, type Namespace, NAMESPACES } from "./namespace.ts";
import type { NsProcess } from "./process.ts";
import { spawn, type SpawnOptions } from "./spawn.ts";

/** Whose namespaces: those of a process by its id or a pidfd, or open or pinned ones by their paths, of one kind or of several. */
export type Target = number | { readonly pidfd: number } | string | Readonly<Partial<Record<Namespace, string>>>;

export interface EnterOptions extends SpawnOptions {
  /** Whether who enters a user namespace becomes its root, where `user` says nothing else: `setup` may do it. Default true. */
  readonly asRoot?: boolean;
}

/**
 * Starts a command in the namespaces of a running process, setns(2), or in namespaces that are pinned. Equivalent to
 * `nsenter --target PID --mount --net … COMMAND`.
 *
 * With its mount namespace the command gets the target's root directory, too, also one that was made by chroot(2), even in the
 * caller's own mount namespace; it begins there. Who enters a user namespace is root in it, unless `user` says otherwise. Namespaces that the caller is in already are
 * passed over. The command stays in the caller's cgroups: a cgroup namespace changes only what it sees of them.
 *
 * @param kinds which namespaces. Default: all that the target has; of a single path, its kind must be said
 * @throws SyscallError ESRCH when there is no such process, EPERM without CAP_SYS_ADMIN where the namespaces are, EINVAL for a
 * path of something else; and as {@link spawn}
 * @example
 * const shell = await enter(container.pid, ["mount", "pid", "net"], ["ps", "-ef"]);
 * await shell.wait();
 */
export async function enter(
  target: Target,
  kinds: readonly Namespace[] | undefined,
  argv: readonly [string, ...string[]],
  { asRoot = true, ...options }: EnterOptions = {},
): Promise<NsProcess> {
  const opened: number[] = [];
  try {
    const { join, root } = isProcess(target)
      ? openProcess(target, kinds ?? KINDS, opened)
      : {
          join: openPaths(typeof target === "string" ? onePath(target, kinds) : target, kinds, opened),
          root: undefined,
        };
    return await spawn(argv, {
      ...(asRoot && join.some((one) => one.kinds.includes("user")) ? { user: rootUser() } : {}),
      ...options,
      join,
      setup: [...(root === undefined ? [] : enterRoot), ...(options.setup ?? [])],
      inputs: { ...options.inputs, ...(root === undefined ? {} : { [ROOT]: root }) },
      inherit: [...(options.inherit ?? []), ...(root === undefined ? [] : [root])],
    });
  } finally {
    for (const fd of opened) closeFd(fd);
  }
}

type Paths = Readonly<Partial<Record<Namespace, string>>>;

function onePath(path: string, kinds: readonly Namespace[] | undefined): Paths {
  const [kind, ...more] = kinds ?? [];
  if (kind === undefined || more.length > 0)
    throw new TypeError(`${path} is one namespace: of which kind? enter("/run/netns/blue", ["net"], …)`);
  return { [kind]: path };
}

/** Groups cannot be dropped where setgroups(2) is denied, and a caller without privileges has only its own. */
function rootUser(): User {
  return { uid: 0, gid: 0, groups: process.geteuid?.() === 0 ? [] : "keep" };
}

const ROOT = "target root";

const enterRoot: Program = [
  step("enter the target's root directory", [call("fchdir", value(ROOT)), call("chroot", "."), call("chdir", "/")]),
];

interface OpenedProcess {
  readonly join: readonly Join[];
  readonly root: number | undefined;
}

/** What /proc tells of a process by its id is of this process, if the pidfd was opened before and it lives afterwards. */
function openProcess(
  target: number | { readonly pidfd: number },
  kinds: readonly Namespace[],
  opened: number[],
): OpenedProcess {
  const pidfd = typeof target === "number" ? openPidfd(target, opened) : target.pidfd;
  const pid = typeof target === "number" ? target : pidOf(pidfd);
  const others = kinds.filter((kind) => isOther(kind, namespaceInode(pid, NAMESPACES[kind].file)));
  const root =
    others.includes("mount") || (kinds.includes("mount") && hasOtherRoot(pid)) ? openRoot(pid, opened) : undefined;
  run([step("is the process still there?", [ignoring(call("pidfd_send_signal", pidfd, 0, null, 0), "EPERM")])]);
  return { join: others.length === 0 ? [] : [{ fd: pidfd, kinds: others }], root };
}

function openPaths(paths: Paths, kinds: readonly Namespace[] | undefined, opened: number[]): Join[] {
  return (kinds ?? KINDS.filter((kind) => paths[kind] !== undefined)).flatMap((kind): Join[] => {
    const path = paths[kind];
    if (path === undefined) throw new TypeError(`there is no path for the ${kind} namespace`);
    // A FIFO would wait for a writer.
    const fd = open(path, O.RDONLY | O.NONBLOCK, opened);
    return isOther(kind, fstatSync(fd).ino) ? [{ fd, kinds: [kind] }] : [];
  });
}

/**
 * Whether a namespace is another than this thread's, whose own is no error but for `user`: setns(2) says EINVAL. One that
 * cannot be seen is left to setns; a kind that this kernel lacks is not.
 */
function isOther(kind: Namespace, inode: number | undefined): boolean {
  const { file } = NAMESPACES[kind];
  if (namespaceInode("thread-self", file) === undefined) return false;
  // unshare(2) may have given the children of this thread others than its own.
  const ofChildren = kind === "pid" || kind === "time" ? `${file}_for_children` : file;
  return inode === undefined || inode !== namespaceInode("thread-self", ofChildren);
}

/** From here on the process cannot be mistaken for a later one of the same id. */
function openPidfd(pid: number, opened: number[]): number {
  const made = run([step(`refer to process ${pid}`, [into("pidfd", call("pidfd_open", pid, 0))])]);
  opened.push(made.number("pidfd"));
  return made.number("pidfd");
}

/** The `Pid:` of a pidfd, proc_pid_fdinfo(5), as this process sees it: 0 when it does not, -1 when the process has ended. */
function pidOf(pidfd: number): number {
  return Number(/^Pid:\t(-?\d+)$/m.exec(readFileSync(`/proc/thread-self/fdinfo/${pidfd}`, "utf8"))?.[1] ?? 0);
}

/** A process that shares this one's mount namespace may have been confined by chroot(2) alone. */
function hasOtherRoot(pid: number): boolean {
  const own = statSync("/");
  try {
    const root = statSync(`/proc/${pid}/root`);
    return root.dev !== own.dev || root.ino !== own.ino;
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM", "ENOENT")) return false;
    throw error;
  }
}

/** Opened before the mount namespace changes, since /proc is another one in there. */
function openRoot(pid: number, opened: number[]): number | undefined {
  try {
    return open(`/proc/${pid}/root`, O.PATH | O.DIRECTORY, opened);
  } catch (error) {
    // Without privileges here, or out of sight: the root of the mount namespace it is.
    if (isErrno(error, "EACCES", "EPERM", "ENOENT")) return undefined;
    throw error;
  }
}

function open(path: string, flags: number, opened: number[]): number {
  const made = run([step(`open ${path}`, [into("fd", call("openat", AT_FDCWD, path, flags | O.CLOEXEC, 0))])]);
  opened.push(made.number("fd"));
  return made.number("fd");
}

function isProcess(target: Target): target is number | { readonly pidfd: number } {
  return typeof target === "number" || (typeof target === "object" && "pidfd" in target);
}
