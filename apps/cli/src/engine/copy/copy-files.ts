import { openInTree } from "@wb/image";
import { copyTree, type CopyTreeOptions, type NewEntry, packLayer } from "@wb/overlay";
import { O } from "@wb/syscall";
import type { CopySource } from "./copy-source.ts";
import type { CopyTarget } from "./copy-target.ts";
import { isOfKernel } from "./is-of-kernel.ts";

/** Whose the copies are: as they were, the container's root's, or those of the user who copies. */
export type Owners = "archive" | "root" | "user";

/** @returns how many bytes that is as a tar archive @throws SyscallError, TarError */
export async function copyFiles(source: CopySource, target: CopyTarget, owners: Owners): Promise<number> {
  using from = openFrom(source, target.name);
  return await copyTree(`/proc/self/fd/${from.fd}`, `/proc/self/fd/${target.directory}`, {
    ...walk(source, from.fd, target.name),
    change: (entry) => OWNERS[owners](renamed(entry, source.name, target.name)),
    owners: owners !== "user",
  });
}

/** Writes it as a tar archive. */
export async function copyToArchive(source: CopySource, out: number): Promise<void> {
  const name = source.isContents ? undefined : source.base;
  using from = openFrom(source, name);
  await packLayer(`/proc/self/fd/${from.fd}`, out, {
    ...walk(source, from.fd, name),
    change: (entry) => renamed(entry, source.name, name),
    compression: "none",
  });
}

const OWNERS: Readonly<Record<Owners, (entry: NewEntry) => NewEntry>> = {
  archive: (entry) => entry,
  root: (entry) => ({ ...entry, uid: 0, gid: 0 }),
  // As cp(1) without -p: a program of a container must not get the rights of who copies it.
  user: (entry) => ({ ...entry, mode: entry.mode & 0o1777 }),
};

/** The directory whose names are copied: the source itself, or the one that has it. */
function openFrom({ directory, name }: CopySource, as: string | undefined): Disposable & { readonly fd: number } {
  if (as !== undefined || name === undefined) return { fd: directory, [Symbol.dispose]: () => {} };
  const opened = openInTree(directory, name, O.RDONLY | O.DIRECTORY | O.NOFOLLOW);
  if (opened === undefined) throw new Error(`${name} is no directory any more`);
  return opened;
}

function walk({ name }: CopySource, from: number, as: string | undefined): Pick<CopyTreeOptions, "exclude" | "names"> {
  const exclude = (path: string): boolean => isOnOther(from, path);
  return as === undefined || name === undefined ? { exclude } : { exclude, names: [name] };
}

/** /proc, /sys and the like of a container that runs. */
function isOnOther(from: number, path: string): boolean {
  using directory = openInTree(from, path, O.PATH | O.DIRECTORY | O.NOFOLLOW);
  return directory !== undefined && isOfKernel(directory.fd);
}

function renamed(entry: NewEntry, from: string | undefined, to: string | undefined): NewEntry {
  if (from === undefined || to === undefined || from === to) return entry;
  return { ...entry, name: byteString(to) + entry.name.slice(byteString(from).length) };
}

function byteString(text: string): string {
  return Buffer.from(text).toString("latin1");
}
