import { CLONE } from "@wb/syscall";

/** A kind of namespace; `time` since Linux 5.6, `cgroup` since 4.6. */
export type Namespace = "mount" | "pid" | "net" | "ipc" | "uts" | "user" | "cgroup" | "time";

/** The kinds of namespaces, namespaces(7), by the names of the files that hold them and their clone(2) flags. */
export const NAMESPACES: Readonly<
  Record<Namespace, { readonly file: string; readonly flag: number; readonly unshare: string }>
> = {
  mount: { file: "mnt", flag: CLONE.NEWNS, unshare: "--mount" },
  pid: { file: "pid", flag: CLONE.NEWPID, unshare: "--pid --fork" },
  net: { file: "net", flag: CLONE.NEWNET, unshare: "--net" },
  ipc: { file: "ipc", flag: CLONE.NEWIPC, unshare: "--ipc" },
  uts: { file: "uts", flag: CLONE.NEWUTS, unshare: "--uts" },
  user: { file: "user", flag: CLONE.NEWUSER, unshare: "--user" },
  cgroup: { file: "cgroup", flag: CLONE.NEWCGROUP, unshare: "--cgroup" },
  time: { file: "time", flag: CLONE.NEWTIME, unshare: "--time" },
};

/** All kinds. */
export const KINDS: readonly Namespace[] = Object.keys(NAMESPACES) as Namespace[];

/** The or-ed clone(2) flags of some kinds. */
export function namespaceFlags(kinds: Iterable<Namespace>): number {
  let flags = 0;
  for (const kind of kinds) flags |= NAMESPACES[kind].flag;
  return flags;
}
