import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { call, closeFd, ignoring, into, isErrno, NS, run, step } from "@wb/syscall";
import type { Namespace } from "./namespace.ts";
import { netnsId } from "./netns-id.ts";

/** A namespace that owns another one, or is above it. */
export interface Ancestor {
  readonly kind: Namespace;
  readonly inode: number;
  readonly owner?: number;
  readonly parent?: number;
}

/** What the kernel tells of an open namespace. */
export interface Relations {
  readonly owner?: number;
  readonly parent?: number;
  readonly netnsId?: number | "unassigned";
  /** Its owner and parent, theirs, and so on, as far as they are in sight. */
  readonly ancestors: readonly Ancestor[];
}

/** Opens a namespace at the first of some places where it still is, and does something with the file. */
export function openNamespace<T>(inode: number, places: readonly string[], use: (fd: number) => T): T | undefined {
  for (const place of places) {
    const fd = openIfThere(place);
    if (fd === undefined) continue;
    try {
      // The process may have ended, and another one have its id.
      if (fstatSync(fd).ino === inode) return use(fd);
    } finally {
      closeSync(fd);
    }
  }
  return undefined;
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ESRCH", "EACCES", "EPERM")) return undefined;
    throw error;
  }
}

/** Asks the kernel for the owner and the parent of a namespace, ioctl_ns(2), and follows both. */
export function relationsOf(kind: Namespace, fd: number): Relations {
  const ancestors = new Map<number, Ancestor>();
  const related = relate(kind, fd, ancestors);
  const id = kind === "net" ? netnsId(fd) : undefined;
  return { ...related, ...(id === undefined ? {} : { netnsId: id }), ancestors: [...ancestors.values()] };
}

type Related = Pick<Relations, "owner" | "parent">;

function relate(kind: Namespace, fd: number, ancestors: Map<number, Ancestor>): Related {
  const asked = run([
    step("ask for the owner and the parent of a namespace", [
      // EPERM: out of sight; ENOTTY: before Linux 4.9; EINVAL: of a kind that has no parents.
      into("owner", ignoring(call("ioctl", fd, NS.GET_USERNS, 0), "EPERM", "ENOTTY")),
      into("parent", ignoring(call("ioctl", fd, NS.GET_PARENT, 0), "EPERM", "ENOTTY", "EINVAL")),
    ]),
  ]);
  const [owner, parent] = [asked.number("owner"), asked.number("parent")];
  try {
    return {
      ...(owner < 0 ? {} : { owner: follow("user", owner, ancestors) }),
      ...(parent < 0 ? {} : { parent: follow(kind, parent, ancestors) }),
    };
  } finally {
    for (const related of [owner, parent]) if (related >= 0) closeFd(related);
  }
}

function follow(kind: Namespace, fd: number, ancestors: Map<number, Ancestor>): number {
  const inode = fstatSync(fd).ino;
  // The owner of a user namespace is its parent.
  if (!ancestors.has(inode)) ancestors.set(inode, { kind, inode, ...relate(kind, fd, ancestors) });
  return inode;
}
