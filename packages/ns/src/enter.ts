import { closeSync, openSync, readFileSync, readlinkSync } from "node:fs";
import { call, into, isErrno, O, type Program, run, step, value } from "@wb/syscall";
import type { Join } from "./join.ts";
import { type Namespace, NAMESPACES } from "./namespace.ts";
import type { NsProcess } from "./process.ts";
import { spawn, type SpawnOptions } from "./spawn.ts";

/** Whose namespaces: those of a process by its id or a pidfd, or open or pinned ones by their paths. */
export type Target = number | { readonly pidfd: number } | Readonly<Partial<Record<Namespace, string>>>;

/**
 * Starts a command in the namespaces of a running process, setns(2), or in namespaces that are pinned. Equivalent to
 * `nsenter --target PID --mount --net … COMMAND`.
 *
 * The root directory is the target's, too, when its mount namespace is entered: one that was made by chroot(2) is kept.
 * Namespaces that the caller is in already are passed over. Who enters a user namespace is root in it, unless `user` says
 * otherwise.
 *
 * @param kinds which namespaces. Default: all that differ
 * @throws SyscallError ESRCH when there is no such process, EPERM without CAP_SYS_ADMIN where the namespaces are; and as
 * {@link spawn}
 * @example
 * const shell = await enter(container.pid, ["mount", "pid", "net"], ["ps", "-ef"]);
 * await shell.wait();
 */
export async function enter(
  target: Target,
  kinds: readonly Namespace[] | undefined,
  argv: readonly [string, ...string[]],
  options: SpawnOptions = {},
): Promise<NsProcess> {
  const opened: number[] = [];
  try {
    const { joins, root } = openTarget(target, kinds ?? ALL, opened);
    const joinsUser = joins.some((one) => one.kinds.includes("user"));
    return await spawn(argv, {
      ...(joinsUser ? { user: ROOT } : {}),
      ...options,
      join: joins,
      setup: [...(root === undefined ? [] : enterRoot), ...(options.setup ?? [])],
      inputs: { ...options.inputs, ...(root === undefined ? {} : { [ROOT_CELL]: root }) },
      inherit: [...(options.inherit ?? []), ...opened],
    });
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}

const ALL = Object.keys(NAMESPACES) as Namespace[];

/** Groups cannot be dropped where setgroups(2) is denied, and a caller without privileges has only its own. */
const ROOT = { uid: 0, gid: 0, groups: process.geteuid?.() === 0 ? [] : "keep" } as const;

const ROOT_CELL = "target root";

const enterRoot: Program = [
  step("enter the target's root directory", [
    call("fchdir", value(ROOT_CELL)),
    call("chroot", "."),
    call("chdir", "/"),
  ]),
];

interface OpenedTarget {
  readonly joins: readonly Join[];
  readonly root: number | undefined;
}

function openTarget(target: Target, kinds: readonly Namespace[], opened: number[]): OpenedTarget {
  if (typeof target === "object" && !("pidfd" in target))
    return { joins: openPaths(target, kinds, opened), root: undefined };
  const pidfd = typeof target === "number" ? openPid(target) : target.pidfd;
  if (typeof target === "number") opened.push(pidfd);
  const pid = typeof target === "number" ? target : pidOf(pidfd);
  const others = kinds.filter((kind) => !isOwn(pid, kind));
  const root = others.includes("mount") ? openRoot(pid) : undefined;
  if (root !== undefined) opened.push(root);
  return { joins: others.length === 0 ? [] : [{ fd: pidfd, kinds: others }], root };
}

function openPaths(
  paths: Readonly<Partial<Record<Namespace, string>>>,
  kinds: readonly Namespace[],
  opened: number[],
): Join[] {
  return kinds.flatMap((kind): Join[] => {
    const path = paths[kind];
    if (path === undefined) return [];
    const fd = openSync(path, O.RDONLY | O.CLOEXEC);
    opened.push(fd);
    return [{ fd, kinds: [kind] }];
  });
}

/** pidfd_open(2): from here on the process cannot be mistaken for a later one of the same id. */
function openPid(pid: number): number {
  return run([step(`refer to process ${pid}`, [into("pidfd", call("pidfd_open", pid, 0))])]).number("pidfd");
}

/** The `Pid:` of a pidfd, proc_pid_fdinfo(5): as this process sees it. */
function pidOf(pidfd: number): number {
  return Number(/^Pid:\t(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${pidfd}`, "utf8"))?.[1]);
}

/** setns(2) to the user namespace that one is in is an error. A namespace that cannot be seen is for setns to refuse. */
function isOwn(pid: number, kind: Namespace): boolean {
  const { file } = NAMESPACES[kind];
  try {
    return readlinkSync(`/proc/${pid}/ns/${file}`) === readlinkSync(`/proc/self/ns/${file}`);
  } catch (error) {
    // A kernel without that kind has nothing to enter.
    if (isErrno(error, "ENOENT")) return true;
    if (isErrno(error, "EACCES", "EPERM")) return false;
    throw error;
  }
}

/** Opened before the mount namespace changes, since /proc is another one in there. */
function openRoot(pid: number): number | undefined {
  try {
    return openSync(`/proc/${pid}/root`, O.PATH | O.DIRECTORY | O.CLOEXEC);
  } catch (error) {
    // Without privileges here: the root of the mount namespace it is.
    if (isErrno(error, "EACCES", "EPERM")) return undefined;
    throw error;
  }
}
