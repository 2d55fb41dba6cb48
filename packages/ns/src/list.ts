import { readdirSync, readFileSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import { namespaceInode } from "./namespace-inode.ts";
import { openNamespace, relationsOf } from "./namespace-relations.ts";
import { KINDS, type Namespace, NAMESPACES } from "./namespace.ts";
import { nsfsMounts } from "./nsfs-mounts.ts";

/** A namespace, and who is in it. */
export interface NamespaceInfo {
  readonly kind: Namespace;
  /** The inode number of its file in nsfs, which `readlink /proc/PID/ns/KIND` shows. */
  readonly inode: number;
  /** How many processes are in it, of those that this process may see. */
  readonly processes: number;
  /** The lowest process id in it; none for one that is only pinned, or has only descendants. */
  readonly pid?: number;
  /** The command line of that process, its name where it has none; none when it has ended meanwhile. May hold any character. */
  readonly command?: string;
  /** The effective user id of that process. */
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
 * other users' processes are left out. One that only a thread is in, or that is only held open, is not seen.
 *
 * Equivalent to `lsns`, which shows neither pinned ones nor owners without a process before util-linux 2.39.
 *
 * @param options `pids`: only the namespaces of these processes. Default: of all
 * @returns ordered by inode
 * @example
 * const pinned = list().filter(({ kind, paths }) => kind === "net" && paths.length > 0);
 */
export function list({ pids }: { readonly pids?: readonly number[] } = {}): NamespaceInfo[] {
  const found = new Map<number, Found>();
  for (const pid of allPids()) {
    for (const kind of KINDS) add(found, kind, { inode: namespaceInode(pid, NAMESPACES[kind].file), pid });
  }
  for (const mount of nsfsMounts(readFileSync("/proc/thread-self/mountinfo", "utf8"))) add(found, mount.kind, mount);
  const wanted =
    pids === undefined
      ? [...found.values()]
      : pids.flatMap((pid) =>
          KINDS.flatMap((kind) => found.get(namespaceInode(pid, NAMESPACES[kind].file) ?? 0) ?? []),
        );
  const described = new Map<number, NamespaceInfo>();
  for (const one of wanted) describe(one, described, { follow: pids === undefined });
  return [...described.values()].toSorted((a, b) => a.inode - b.inode);
}

/** A namespace, and what leads to it. */
interface Found {
  readonly kind: Namespace;
  readonly inode: number;
  readonly pids: number[];
  readonly paths: string[];
}

function allPids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .toSorted((a, b) => a - b);
}

function add(
  found: Map<number, Found>,
  kind: Namespace,
  { inode, pid, path }: { readonly inode: number | undefined; readonly pid?: number; readonly path?: string },
): void {
  if (inode === undefined) return;
  const known = found.get(inode) ?? { kind, inode, pids: [], paths: [] };
  if (pid !== undefined) known.pids.push(pid);
  if (path !== undefined) known.paths.push(path);
  found.set(inode, known);
}

/** Describes a namespace, and, if asked to, its owners and parents, which may have no process and no path. */
function describe(
  { kind, inode, pids, paths }: Found,
  described: Map<number, NamespaceInfo>,
  { follow }: { readonly follow: boolean },
): void {
  const [pid] = pids;
  const places = [...pids.map((one) => `/proc/${one}/ns/${NAMESPACES[kind].file}`), ...paths];
  const { ancestors = [], ...relations } = openNamespace(inode, places, (fd) => relationsOf(kind, fd)) ?? {};
  const who = pid === undefined ? {} : { pid, ...describeProcess(pid) };
  described.set(inode, { kind, inode, processes: pids.length, ...who, paths, ...relations });
  if (!follow) return;
  for (const ancestor of ancestors) {
    if (!described.has(ancestor.inode)) described.set(ancestor.inode, { ...ancestor, processes: 0, paths: [] });
  }
}

function describeProcess(pid: number): { readonly command: string; readonly uid: number } | undefined {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").replace(/\0+$/, "");
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const command = words === "" ? readFileSync(`/proc/${pid}/comm`, "utf8").trimEnd() : words.replaceAll("\0", " ");
    return { command, uid: Number(/^Uid:\t\d+\t(\d+)/m.exec(status)?.[1]) };
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}
