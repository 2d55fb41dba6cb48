import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { call, ignoring, into, isErrno, NS, run, step } from "@wb/syscall";
import { type Namespace, NAMESPACES } from "./namespace.ts";
import { netnsId } from "./netns-id.ts";
import { type NsfsMount, nsfsMounts } from "./nsfs-mounts.ts";

/** A namespace, and who is in it. */
export interface NamespaceInfo {
  readonly kind: Namespace;
  /** The inode number of its file in nsfs, which `readlink /proc/PID/ns/KIND` shows. */
  readonly inode: number;
  /** How many processes are in it, of those that this process may see. */
  readonly processes: number;
  /** The lowest process id in it; none for one that is only pinned, or has only descendants. */
  readonly pid?: number;
  /** The command line of that process, its name where it has none. */
  readonly command?: string;
  /** The user id of that process. */
  readonly uid?: number;
  /** Of a network namespace: its id in this one, ip-netns(8) "list-id"; `unassigned` where it has none. */
  readonly netnsId?: number | "unassigned";
  /** Where it is pinned in this mount namespace. */
  readonly paths: readonly string[];
  /** The inode of the user namespace that owns it; none where that is out of sight. */
  readonly owner?: number;
  /** The inode of the parent, of a pid or user namespace; none for the first, and where it is out of sight. */
  readonly parent?: number;
}

/**
 * Lists the namespaces that this process can see: those of all processes in /proc, those that are pinned in its mount
 * namespace, and the owners and parents of both (NS_GET_USERNS and NS_GET_PARENT, Linux 4.9). Without privileges, those of
 * other users' processes are left out.
 *
 * Equivalent to `lsns`.
 *
 * @param pids only the namespaces of these processes. Default: of all
 * @returns ordered by inode
 */
export function list({ pids }: { readonly pids?: readonly number[] } = {}): NamespaceInfo[] {
  const found = new Map<number, Draft>();
  for (const pid of allPids()) {
    for (const kind of KINDS) addProcess(found, pid, kind);
  }
  const mounts = nsfsMounts(readFileSync("/proc/self/mountinfo", "utf8"));
  for (const mount of mounts) addMount(found, mount);
  const wanted =
    pids === undefined ? undefined : new Set(pids.flatMap((pid) => KINDS.map((kind) => inodeOf(pid, kind))));
  const drafts = [...found.values()].filter(({ inode }) => wanted === undefined || wanted.has(inode));
  for (const draft of drafts) addRelations(found, draft, wanted === undefined ? drafts : undefined);
  return drafts.toSorted((a, b) => a.inode - b.inode).map(describe);
}

const KINDS = Object.keys(NAMESPACES) as Namespace[];

interface Draft {
  readonly kind: Namespace;
  readonly inode: number;
  processes: number;
  pid?: number;
  /** A path that opens it. */
  readonly file?: string;
  readonly paths: string[];
  owner?: number;
  parent?: number;
  netnsId?: number | "unassigned";
}

function allPids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .toSorted((a, b) => a - b);
}

/** The inode of a process's namespace; undefined when it ended, or is another user's. */
function inodeOf(pid: number, kind: Namespace): number | undefined {
  try {
    return Number(/\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/ns/${NAMESPACES[kind].file}`))?.[1]);
  } catch (error) {
    if (isErrno(error, "ENOENT", "EACCES", "ESRCH", "EPERM")) return undefined;
    throw error;
  }
}

function addProcess(found: Map<number, Draft>, pid: number, kind: Namespace): void {
  const inode = inodeOf(pid, kind);
  if (inode === undefined) return;
  const known = found.get(inode);
  if (known !== undefined) {
    known.processes += 1;
    known.pid ??= pid;
  } else
    found.set(inode, { kind, inode, processes: 1, pid, file: `/proc/${pid}/ns/${NAMESPACES[kind].file}`, paths: [] });
}

function addMount(found: Map<number, Draft>, { kind, inode, path }: NsfsMount): void {
  const known = found.get(inode);
  if (known === undefined) found.set(inode, { kind, inode, processes: 0, file: path, paths: [path] });
  else known.paths.push(path);
}

/** Asks the kernel for the owner and the parent of one, and follows both, since they may have no process. */
function addRelations(found: Map<number, Draft>, draft: Draft, drafts: Draft[] | undefined): void {
  if (draft.file === undefined) return;
  let fd: number;
  try {
    fd = openSync(draft.file, "r");
  } catch (error) {
    // Its last process ended meanwhile.
    if (isErrno(error, "ENOENT", "EACCES", "ESRCH")) return;
    throw error;
  }
  try {
    relate(found, draft, fd, drafts);
    if (draft.kind === "net") draft.netnsId = netnsId(fd);
  } finally {
    closeSync(fd);
  }
}

function relate(found: Map<number, Draft>, draft: Draft, fd: number, drafts: Draft[] | undefined): void {
  const asked = run([
    step("ask for the owner and the parent of a namespace", [
      into("owner", ignoring(call("ioctl", fd, NS.GET_USERNS, 0), "EPERM", "ENOTTY")),
      into("parent", ignoring(call("ioctl", fd, NS.GET_PARENT, 0), "EPERM", "EINVAL", "ENOTTY")),
    ]),
  ]);
  for (const relation of ["owner", "parent"] as const) {
    const related = asked.number(relation);
    if (related < 0) continue;
    try {
      const inode = fstatSync(related).ino;
      draft[relation] = inode;
      if (found.has(inode) || drafts === undefined) continue;
      const kind = relation === "owner" ? "user" : draft.kind;
      const other: Draft = { kind, inode, processes: 0, paths: [] };
      found.set(inode, other);
      drafts.push(other);
      relate(found, other, related, drafts);
    } finally {
      closeSync(related);
    }
  }
}

function describe({ file: _file, pid, ...draft }: Draft): NamespaceInfo {
  if (pid === undefined) return draft;
  const process = describeProcess(pid);
  return { ...draft, pid, ...process };
}

function describeProcess(pid: number): { command: string; uid: number } | undefined {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").replace(/\0+$/, "");
    const command = words === "" ? readFileSync(`/proc/${pid}/comm`, "utf8").trimEnd() : words.replaceAll("\0", " ");
    return { command, uid: statSync(`/proc/${pid}`).uid };
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}
