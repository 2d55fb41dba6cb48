import { createHash } from "node:crypto";
import { fstatSync } from "node:fs";
import { copyTree, type CopyTreeOptions, type NewEntry, packLayer, unpack } from "@wb/overlay";
import { O } from "@wb/syscall";
import { ImageError } from "../image-error.ts";
import { isArchive } from "./is-archive.ts";
import { makeDirectories } from "./make-directories.ts";
import { openInTree } from "./open-in-tree.ts";
import { openSource, type Source } from "./sources.ts";

export interface CopyRequest {
  /** The instruction, for errors. */
  readonly name: string;
  readonly sources: readonly Source[];
  /** An absolute path of the image; with a slash at its end it is a directory. */
  readonly destination: string;
  /** Of all that is copied. */
  readonly owner: { readonly uid: number; readonly gid: number };
  /** Default: as it is. */
  readonly mode: number | undefined;
  /** Local archives are unpacked: ADD. */
  readonly unpacks: boolean;
  /** Whether a path below a source is left out: COPY --exclude. */
  readonly isExcluded: (path: string) => boolean;
}

/** What a copy is of, whenever its files were changed: for the cache, and for history, `file:…`, `dir:…` or `multi:…`. */
export async function copyDigest(request: Pick<CopyRequest, "sources" | "isExcluded">): Promise<string> {
  const hash = createHash("sha256");
  for (const source of request.sources) {
    using open = openSource(source);
    const name = baseOf(source.path);
    const options = {
      ...walkOf(source, open.name, request),
      change: (entry: NewEntry) => ({ ...entry, uid: 0, gid: 0 }),
    };
    const { diffId } = await packLayer(open.directory, () => {}, {
      ...options,
      compression: "none",
      sourceDateEpoch: 0,
    });
    hash.update(`${name}\0${diffId}\0`);
  }
  const [first, ...others] = request.sources;
  const kind = others.length > 0 ? "multi" : first?.isDirectory === true ? "dir" : "file";
  return `${kind}:${hash.digest("hex")}`;
}

/** Copies into a tree. @throws ImageError WB_IMAGE_BUILD, SyscallError */
export async function copyFiles(root: number, request: CopyRequest): Promise<void> {
  const { name, sources, destination } = request;
  if (sources.length > 1 && !destination.endsWith("/"))
    throw new ImageError(
      "WB_IMAGE_BUILD",
      `When using ${name} with more than one source file, the destination must be a directory and end with a /`,
    );
  const isDirectory = destination.endsWith("/") || isDirectoryIn(root, destination);
  const target = destination.replace(/^\/+|\/+$/g, "");
  for (const source of sources) {
    if (request.unpacks && !source.isDirectory && (await unpackArchive(root, source, target))) continue;
    await copySource(root, { source, target, isDirectory }, request);
  }
}

interface Copy {
  readonly source: Source;
  /** Without a slash before or after it. */
  readonly target: string;
  /** Whether a file goes into it. */
  readonly isDirectory: boolean;
}

async function copySource(root: number, { source, target, isDirectory }: Copy, request: CopyRequest): Promise<void> {
  const { owner, mode } = request;
  using open = openSource(source);
  const into = source.isDirectory || isDirectory ? target : parentOf(target);
  const as = source.isDirectory ? undefined : isDirectory ? baseOf(source.path) : baseOf(target);
  makeOwned(root, into, request);
  using directory = openInTree(root, into, O.RDONLY | O.DIRECTORY);
  if (directory === undefined) throw new ImageError("WB_IMAGE_BUILD", `/${into} is no directory`);
  const change = (entry: NewEntry): NewEntry => ({
    ...entry,
    ...owner,
    name: as === undefined ? entry.name : Buffer.from(as).toString("latin1"),
    mode: entry.type === "symlink" ? entry.mode : (mode ?? entry.mode),
  });
  await copyTree(open.directory, `/proc/self/fd/${directory.fd}`, {
    ...walkOf(source, open.name, request),
    change,
    owners: true,
  });
}

/** What is taken of a source: of a directory all that is not ignored, else the file alone. */
function walkOf(
  { tree, path }: Source,
  name: string | undefined,
  { isExcluded }: Pick<CopyRequest, "isExcluded">,
): Pick<CopyTreeOptions, "exclude" | "names"> {
  if (name !== undefined) return { names: [name] };
  const prefix = path === "" ? "" : `${path}/`;
  return { exclude: (below) => tree.isIgnored(prefix + below) || isExcluded(below) };
}

/** Directories that are missing are whose the files are. */
function makeOwned(root: number, path: string, { owner }: CopyRequest): void {
  makeDirectories(root, `/${path}`, owner);
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function isDirectoryIn(root: number, path: string): boolean {
  using opened = openInTree(root, path);
  return opened !== undefined && fstatSync(opened.fd).isDirectory();
}

/** Whether it was an archive. */
async function unpackArchive(root: number, { tree, path }: Source, target: string): Promise<boolean> {
  using file = openInTree(tree.root, path, O.RDONLY);
  if (file === undefined || !(await isArchive(file.fd))) return false;
  makeDirectories(root, `/${target}`);
  using directory = openInTree(root, target, O.RDONLY | O.DIRECTORY);
  if (directory === undefined) throw new ImageError("WB_IMAGE_BUILD", `/${target} is no directory`);
  await unpack(file.fd, `/proc/self/fd/${directory.fd}`, { owners: true });
  return true;
}
