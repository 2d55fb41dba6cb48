import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { call, ignoring, O, RENAME, run, step } from "@wb/syscall";
import { dataOf, volumeDirectory } from "../volume-places.ts";
import { removeVolumeTree } from "../volume-store.ts";
import { copyAttributes, owned } from "./copy-attributes.ts";
import { type CopyOptions, copyTree } from "./copy-tree.ts";
import { argument } from "./place.ts";

/**
 * Fills an empty volume with what a directory has, and gives it that one's owner, mode and times; the caller has the volume's lock.
 *
 * The copy is made aside and, when it is whole and on the disk, renamed; then each of its names is moved into the volume. Whoever is
 * killed on the way leaves a copy that the next one removes, or a whole one that the next one goes on to move: {@link finishFilling}.
 *
 * @param source an open directory
 */
export async function fillVolume(
  name: string,
  source: number,
  { ownerOf }: Pick<CopyOptions, "ownerOf"> = {},
): Promise<void> {
  await finishFilling(name);
  using data = openDirectory(dataOf(name));
  if (!isEmpty(data.fd)) return;
  const aside = join(volumeDirectory(name), UNFINISHED);
  for (const path of [aside, join(aside, TREE), join(aside, LIKE)]) mkdirSync(path, { mode: 0o700 });
  try {
    using tree = openDirectory(join(aside, TREE));
    using like = openDirectory(join(aside, LIKE));
    copyTree(source, tree.fd, ownerOf === undefined ? {} : { ownerOf });
    // The tree's own times change when its names are moved.
    copyAttributes(tree.fd, like.fd, owned(fstatSync(tree.fd, { bigint: true })));
    run([step("write the copy to the disk", [call("syncfs", tree.fd)])]);
  } catch (error) {
    await removeVolumeTree(aside);
    throw error;
  }
  renameSync(aside, join(volumeDirectory(name), FINISHED));
  await finishFilling(name);
}

/** Ends what one began who was killed while he filled a volume; the caller has its lock. */
export async function finishFilling(name: string): Promise<void> {
  const directory = volumeDirectory(name);
  if (existsSync(join(directory, UNFINISHED))) await removeVolumeTree(join(directory, UNFINISHED));
  const copy = join(directory, FINISHED);
  if (!existsSync(copy)) return;
  using data = openDirectory(dataOf(name));
  using tree = openDirectory(join(copy, TREE));
  using like = openDirectory(join(copy, LIKE));
  const names = readdirSync(`/proc/self/fd/${tree.fd}`, { encoding: "buffer" });
  // What a container that has the volume already has made meanwhile stays.
  const moves = names
    .map(argument)
    .map((entry) => ignoring(call("renameat2", tree.fd, entry, data.fd, entry, RENAME.NOREPLACE), "EEXIST"));
  run([step(`move the copy into the volume ${name}`, moves)]);
  copyAttributes(like.fd, data.fd, owned(fstatSync(like.fd, { bigint: true })));
  await removeVolumeTree(copy);
}

export function isEmpty(directory: number): boolean {
  return readdirSync(`/proc/self/fd/${directory}`).length === 0;
}

/** No symbolic link in its place leads elsewhere: ENOTDIR. */
function openDirectory(path: string): Disposable & { readonly fd: number } {
  const fd = openSync(path, O.RDONLY | O.DIRECTORY | O.NOFOLLOW | O.CLOEXEC);
  return { fd, [Symbol.dispose]: () => closeSync(fd) };
}

const UNFINISHED = "copy.new";
const FINISHED = "copy";
const TREE = "tree";
const LIKE = "like";
