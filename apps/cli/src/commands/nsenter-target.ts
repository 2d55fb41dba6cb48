import { existsSync, openSync, readFileSync, statSync } from "node:fs";
import { type Namespace, NAMESPACES } from "@wb/ns";
import { call, into, isErrno, NS, O, run, step } from "@wb/syscall";
import { type FlagValues, usage } from "../flags.ts";
import { UserError } from "../user-error.ts";
import type { NSENTER } from "./nsenter-flags.ts";
import { naturalOption, pidOption } from "./option-values.ts";

export type NsenterFlags = FlagValues<typeof NSENTER.flags>;

/** File descriptors of what is entered, opened where the paths mean what the person meant. */
export interface OpenTarget {
  readonly namespaces: readonly { readonly kind: Namespace; readonly fd: number }[];
  readonly root: number | undefined;
  readonly wd: number | undefined;
  /** The cgroup.procs of the target's group. */
  readonly cgroup: number | undefined;
  /** The environment of the target. */
  readonly env: Readonly<Record<string, string>> | undefined;
  /** The SELinux context of the target. */
  readonly context: string | undefined;
}

/**
 * Opens all that the options name. Nothing is closed: what follows is the execve(2) that does it.
 *
 * @throws UserError for what is not there
 */
export function openTarget(flags: NsenterFlags): OpenTarget {
  const pid = flags.target === undefined ? undefined : pidOption("nsenter", "--target", flags.target);
  const ofTarget = (option: string, file: string): string => {
    if (pid === undefined)
      throw usage("nsenter", `--${option} needs a process, or a path: --target PID, or --${option}=PATH`);
    return `/proc/${pid}/${file}`;
  };
  const opened = openNamespaces(flags, ofTarget);
  const directory = (option: "root" | "wd", file: string): number | undefined => {
    const path = flags[option];
    return path === undefined ? undefined : open(path === true ? ofTarget(option, file) : path, O.DIRECTORY);
  };
  return {
    namespaces: flags["user-parent"] === true ? withUserParent(opened) : opened,
    root: directory("root", "root"),
    wd: directory("wd", "cwd"),
    cgroup: flags["join-cgroup"] === true ? openCgroup(ofTarget("join-cgroup", "cgroup")) : undefined,
    env: flags.env === true ? readEnvironment(ofTarget("env", "environ")) : undefined,
    context: flags["follow-context"] === true ? contextOf(ofTarget("follow-context", "attr/current")) : undefined,
  };
}

/** The order in which nsenter(1) enters them; the user namespace has its own turn. */
const KINDS: readonly Namespace[] = ["user", "cgroup", "ipc", "uts", "net", "pid", "mount", "time"];

type OfTarget = (option: string, file: string) => string;

function openNamespaces(flags: NsenterFlags, ofTarget: OfTarget): OpenTarget["namespaces"] {
  const socket = flags["net-socket"];
  return KINDS.flatMap((kind) => {
    const option = flags[kind];
    const file = `ns/${NAMESPACES[kind].file}`;
    if (kind === "net" && socket !== undefined && option === undefined)
      return [{ kind, fd: openSocketNamespace(ofTarget("net-socket", "fd"), socket) }];
    if (typeof option === "string") return [{ kind, fd: open(option) }];
    if (option === true) return [{ kind, fd: open(ofTarget(kind, file)) }];
    const path = flags.all === true ? ofTarget("all", file) : undefined;
    return path === undefined || isPassedOver(kind, path) ? [] : [{ kind, fd: open(path) }];
  });
}

/** Of all namespaces: a kind that the kernel has not, and the user namespace that one is in, which setns(2) refuses. */
function isPassedOver(kind: Namespace, path: string): boolean {
  if (!existsSync(`/proc/self/ns/${NAMESPACES[kind].file}`)) return true;
  return kind === "user" && inodeOf(path) === inodeOf("/proc/self/ns/user");
}

function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino;
  } catch (error) {
    // Opening it says why.
    if (isErrno(error, "ENOENT", "EACCES", "EPERM", "ESRCH")) return undefined;
    throw error;
  }
}

function open(path: string, flags = 0): number {
  try {
    return openSync(path, O.RDONLY | O.CLOEXEC | flags);
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

/** A file of /proc/PID that is not there means that the process is not. */
function cannotOpen(path: string, error: unknown): unknown {
  const [, pid] = /^\/proc\/(\d+)\//.exec(path) ?? [];
  if (pid !== undefined && isErrno(error, "ENOENT", "ESRCH") && !existsSync(`/proc/${pid}`))
    return new UserError(`there is no process ${pid}`, { cause: error });
  if (isErrno(error, "EACCES", "EPERM"))
    return new UserError(`cannot open ${path}: permission denied`, {
      hint: "the process is another user's: run wb as root",
      cause: error,
    });
  return isErrno(error, "ENOENT")
    ? new UserError(`cannot open ${path}: there is no such file`, { cause: error })
    : error;
}

/** NS_GET_USERNS, ioctl_nsfs(2): the owner of any namespace, which of a user namespace is its parent. */
function withUserParent(opened: OpenTarget["namespaces"]): OpenTarget["namespaces"] {
  const [first] = opened;
  if (first === undefined) throw usage("nsenter", "--user-parent needs another namespace, whose owner is entered");
  const asked = run([
    step(`ask for the owner of the ${first.kind} namespace`, [
      into("owner", call("ioctl", first.fd, NS.GET_USERNS, 0)),
    ]),
  ]);
  return [{ kind: "user", fd: asked.number("owner") }, ...opened.filter(({ kind }) => kind !== "user")];
}

/** SIOCGSKNS, linux/sockios.h: the network namespace of a socket. */
const SIOCGSKNS = 0x894c;

function openSocketNamespace(fdDirectory: string, text: string): number {
  const pid = Number(fdDirectory.split("/")[2]);
  const fd = naturalOption("nsenter", "--net-socket", text, { most: 0x7fff_ffff, meant: "a file descriptor" });
  const made = run([
    step(`ask for the network namespace of socket ${fd} of process ${pid}`, [
      into("pidfd", call("pidfd_open", pid, 0)),
      into("socket", call("pidfd_getfd", { value: "pidfd" }, fd, 0)),
      into("namespace", call("ioctl", { value: "socket" }, SIOCGSKNS, 0)),
    ]),
  ]);
  return made.number("namespace");
}

/** The group in the v2 hierarchy, cgroups(7), wherever that is mounted. */
function openCgroup(file: string): number {
  const path = /^0::(.*)$/m.exec(readProc(file))?.[1];
  const mount = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .find((line) => line.includes(" - cgroup2 "))
    ?.split(" ")[4];
  if (path === undefined || mount === undefined)
    throw new UserError("--join-cgroup needs cgroup v2, and none is mounted");
  const procs = `${mount}${path === "/" ? "" : path}/cgroup.procs`;
  try {
    return openSync(procs, O.WRONLY | O.CLOEXEC);
  } catch (error) {
    throw cannotOpen(procs, error);
  }
}

function readEnvironment(file: string): Record<string, string> {
  const variables = readProc(file)
    .split("\0")
    .flatMap((line): [string, string][] => {
      const equals = line.indexOf("=");
      return equals < 1 ? [] : [[line.slice(0, equals), line.slice(equals + 1)]];
    });
  return Object.fromEntries(variables);
}

function contextOf(file: string): string | undefined {
  return existsSync("/sys/fs/selinux/enforce") ? readProc(file).replace(/\0$/, "") : undefined;
}

function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw cannotOpen(path, error);
  }
}
