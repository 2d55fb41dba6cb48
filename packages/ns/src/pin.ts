import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import {
  AT,
  AT_FDCWD,
  call,
  closeFd,
  ignoring,
  into,
  isErrno,
  MOVE_MOUNT,
  NS,
  O,
  OPEN_TREE,
  run,
  step,
  value,
} from "@wb/syscall";
import { KINDS, type Namespace, NAMESPACES } from "./namespace.ts";
import { PinError } from "./pin-error.ts";

/**
 * Keeps a namespace without a process in it, by a bind mount of its file on a path, namespaces(7). `ip netns add` does the
 * same in /run/netns. The path is made, as an empty file with mode 0; when this process is killed meanwhile that may be all
 * that is left, and {@link unpin} removes it.
 *
 * A mount namespace is pinned on a private mount only, by a process of an older one: that of a child from here.
 *
 * Equivalent to `touch PATH; mount --bind /proc/PID/ns/KIND PATH`.
 *
 * @param source a process id, or the path of a namespace: `/proc/self/ns/net`
 * @throws SyscallError EEXIST when the path is there, ENOENT when the process or the directory is not; PinError when the source
 * is no such namespace, or cannot be pinned there. Nothing is left then
 * @example
 * const box = await spawn(["sleep", "60"], { namespaces: ["net"] });
 * pin("net", box.pid, "/run/netns/blue"); // ip netns exec blue …
 */
export function pin(kind: Namespace, source: number | string, path: string): void {
  const file = typeof source === "number" ? `/proc/${source}/ns/${NAMESPACES[kind].file}` : source;
  const namespace = openNamespaceOf(kind, file);
  try {
    const target = makeFile(path);
    try {
      bind(namespace, target, `mount --bind ${file} ${path}`);
    } catch (error) {
      const refusal = kind === "mount" && isErrno(error, "EINVAL", "ELOOP") ? mountRefusal(path, target, error) : error;
      run([step(`remove ${path}`, [ignoring(call("unlinkat", AT_FDCWD, path, 0))])]);
      throw refusal;
    } finally {
      closeFd(target);
    }
  } finally {
    closeFd(namespace);
  }
}

/** The source is opened once, so that what is pinned is what was looked at. */
function openNamespaceOf(kind: Namespace, file: string): number {
  // A FIFO would wait for a writer.
  const open = call("openat", AT_FDCWD, file, O.RDONLY | O.NONBLOCK | O.CLOEXEC, 0);
  const namespace = run([step(`open the ${kind} namespace`, [into("fd", open)])]).number("fd");
  try {
    const ask = ignoring(call("ioctl", namespace, NS.GET_NSTYPE, 0), "ENOTTY");
    const type = run([step("of which kind is it?", [into("type", ask)])]).number("type");
    const found = KINDS.find((one) => NAMESPACES[one].flag === type);
    if (found === undefined) throw new PinError(file, "this is no namespace");
    if (found !== kind) throw new PinError(file, `this is a namespace of the kind ${found}, not ${kind}`);
    return namespace;
  } catch (error) {
    closeFd(namespace);
    throw error;
  }
}

/** Fails where anything is, a symbolic link too. */
function makeFile(path: string): number {
  const open = call("openat", AT_FDCWD, path, O.RDONLY | O.CREAT | O.EXCL | O.CLOEXEC, 0);
  return run([step(`make ${path}`, [into("fd", open)], `touch ${path}`)]).number("fd");
}

/** By file descriptors: a path could lead elsewhere by now. */
function bind(namespace: number, target: number, shell: string): void {
  const flags = MOVE_MOUNT.F_EMPTY_PATH | MOVE_MOUNT.T_EMPTY_PATH;
  run(
    [
      step(
        "pin the namespace",
        [
          into("mount", call("open_tree", namespace, "", OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC | AT.EMPTY_PATH)),
          call("move_mount", value("mount"), "", target, "", flags),
          { label: "close" },
          ignoring(call("close", value("mount"))),
        ],
        shell,
      ),
    ],
    { onError: "close" },
  );
}

/** Why a mount namespace was refused, for which the kernel says EINVAL or ELOOP. */
function mountRefusal(path: string, target: number, cause: unknown): PinError {
  const id = /^mnt_id:\t(\d+)$/m.exec(readFileSync(`/proc/thread-self/fdinfo/${target}`, "utf8"))?.[1];
  const mount = readFileSync("/proc/thread-self/mountinfo", "utf8")
    .split("\n")
    .find((line) => line.startsWith(`${id} `));
  const [before = ""] = mount?.split(" - ") ?? [];
  if (!before.includes(" shared:"))
    return new PinError(path, "a mount namespace cannot be pinned in itself, nor in a newer one", { cause });
  const directory = dirname(path);
  return new PinError(path, `a mount namespace cannot be pinned on a shared mount, as ${before.split(" ")[4]} is`, {
    hint: `mount --bind ${directory} ${directory}; mount --make-private ${directory}`,
    cause,
  });
}
