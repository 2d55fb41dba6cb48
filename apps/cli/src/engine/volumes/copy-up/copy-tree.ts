import { closeSync, fstatSync, lstatSync, readdirSync } from "node:fs";
import { call, closeFd, ignoring, into, O, run, S, step } from "@wb/syscall";
import { copyAttributes, type OwnerOf, owned } from "./copy-attributes.ts";
import { copyFile } from "./copy-file.ts";
import { copyLink, copyNode } from "./copy-node.ts";
import { argument, pathOf, type Place, type Target } from "./place.ts";

/** Files of more than one name, by device and inode: where the copy of each is, from the copy's root. */
interface Copying extends CopyOptions {
  readonly root: number;
  readonly links: Map<string, Buffer>;
}

export interface CopyOptions {
  /** What a user and a group are in the copy. Default: the same. */
  readonly ownerOf?: OwnerOf;
  /** Part of the copy may be there, of one that was ended: it is copied again. Default false. */
  readonly again?: boolean;
}

/**
 * Copies all that is in a directory into another one, which nobody else has seen: contents, owners, modes, times to the nanosecond,
 * extended attributes, symbolic links, devices, FIFOs, sockets and hard links. The directory itself gets the first one's owner, mode,
 * attributes and times, too: as moby does (containerd/continuity, fs.CopyDir).
 *
 * Each name is opened in the directory that it was read from, and no symbolic link is followed: nothing leads out of the tree,
 * whatever it is changed to meanwhile.
 *
 * @param from an open directory @param to another
 * @throws SyscallError for what cannot be copied
 */
export function copyTree(from: number, to: number, options: CopyOptions = {}): void {
  copyDirectory(from, to, { path: Buffer.alloc(0), copying: { ...options, root: to, links: new Map() } });
}

interface Here {
  readonly path: Buffer;
  readonly copying: Copying;
}

function copyDirectory(from: number, to: number, { path, copying }: Here): void {
  for (const name of readdirSync(`/proc/self/fd/${from}`, { encoding: "buffer" })) {
    const source: Place = { directory: from, name };
    const target: Place = { directory: to, name };
    copyEntry(source, target, { path: path.length === 0 ? name : Buffer.concat([path, SLASH, name]), copying });
  }
  // Its times change with each name that is made in it.
  copyAttributes(from, to, owned(fstatSync(from, { bigint: true }), copying.ownerOf));
}

const SLASH = Buffer.from("/");

function copyEntry(source: Place, target: Place, { path, copying }: Here): void {
  const stat = lstatSync(pathOf(source), { bigint: true });
  const kind = Number(stat.mode) & S.IFMT;
  if (kind === S.IFDIR) {
    copyBelow(source, target, { path, copying });
    return;
  }
  if (copying.again === true)
    run([
      step(`remove ${label(path)}`, [ignoring(call("unlinkat", target.directory, argument(target.name), 0), "ENOENT")]),
    ]);
  const key = `${stat.dev}:${stat.ino}`;
  const other = stat.nlink > 1n ? copying.links.get(key) : undefined;
  if (other !== undefined) {
    const linking = call("linkat", copying.root, argument(other), target.directory, argument(target.name), 0);
    run([step(`link ${label(path)}`, [linking])]);
    return;
  }
  copyOne(kind, source, { ...target, stat: owned(stat, copying.ownerOf), label: label(path) });
  if (stat.nlink > 1n) copying.links.set(key, path);
}

function copyOne(kind: number, source: Place, target: Target): void {
  if (kind === S.IFREG) copyFile(source, target);
  else if (kind === S.IFLNK) copyLink(source, target);
  else copyNode(source, target);
}

function copyBelow(source: Place, target: Place, here: Here): void {
  const directory = O.RDONLY | O.DIRECTORY | O.NOFOLLOW | O.CLOEXEC;
  const name = argument(source.name);
  const from = run([
    step(`open ${label(here.path)}`, [into("from", call("openat", source.directory, name, directory, 0))]),
  ]).number("from");
  try {
    const to = run([
      step(`make ${label(here.path)}`, [
        ignoring(
          call("mkdirat", target.directory, name, 0o700),
          ...(here.copying.again === true ? ["EEXIST" as const] : []),
        ),
        into("to", call("openat", target.directory, name, directory, 0)),
      ]),
    ]).number("to");
    try {
      copyDirectory(from, to, here);
    } finally {
      closeFd(to);
    }
  } finally {
    closeSync(from);
  }
}

function label(path: Buffer): string {
  return `the copy of ${JSON.stringify(path.toString())}`;
}
