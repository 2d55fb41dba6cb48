import { closeSync, statSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { throwAwayOverlay } from "@wb/overlay";
import { isErrno, type Program, step } from "@wb/syscall";
import { messageOf } from "../report-error.ts";
import { isTerminal } from "../runtime/caller-terminal.ts";
import { UserError } from "../user-error.ts";
import { overlayOnDetached, remappedDirectory, remappedOverlay, type RootMount } from "./root-mount.ts";
import type { RootlessIds } from "./rootless/rootless-ids.ts";
import type { ImageRootOption, RootfsOption } from "./run-options.ts";

/** What a container's root is made of. Disposing of it closes what the container's process inherits. */
export interface RootfsSource extends Disposable {
  /** A path in which the container's own files can be read; undefined for what nobody has opened yet. */
  readonly directory: string | undefined;
  /** What wb itself does before, as far as it is system calls. */
  readonly before: Program;
  /** Steps in the container's mount namespace that make the root, with an empty directory as the place for it. */
  readonly mount: RootMount;
  /** Cells of these Steps: file descriptors of this process. */
  readonly fds: Readonly<Record<string, number>>;
}

export interface RootfsPlace {
  /** The container's own directory, in which it has what differs from its image. */
  readonly directory: string;
  /** The ids of the containers of an ordinary user. */
  readonly rootless?: RootlessIds | undefined;
}

/**
 * The root of a container of an image; or what `--rootfs` names: a directory, a tar archive or a disk image. Archives are unpacked into the
 * store by their first use; of archives and disk images the container gets a copy whose changes are thrown away.
 *
 * @throws UserError for what is no root
 */
export async function openRootfs(
  option: RootfsOption | ImageRootOption,
  { directory: own, rootless }: RootfsPlace,
): Promise<RootfsSource> {
  if ("image" in option) {
    const { openImageRootfs } = await import("./images/image-rootfs.ts");
    return openImageRootfs(option, own);
  }
  const { path, isDirectory } = existing(option);
  if (rootless !== undefined) {
    const { rootlessRootfs } = await import("./rootless/rootless-rootfs.ts");
    const kind = isDirectory ? "directory" : (await rootFile(path, option)).kind;
    return rootlessRootfs({ path, kind, overlay: option.overlay }, rootless);
  }
  if (isDirectory) return directoryRootfs(path, option);
  const { attachDiskImage, DISK_IMAGE, rootfsFromArchive } = await import("./root-files.ts");
  const file = await rootFile(path, option);
  if (file.kind === "archive") {
    const say = (): void => void (isTerminal(2) && writeSync(2, `wb: unpacking ${path}, once\n`));
    const saying = setTimeout(say, PATIENCE);
    try {
      const { directory } = await rootfsFromArchive(path);
      return overlayRootfs(directory);
    } catch (error) {
      throw archiveProblem(option, error);
    } finally {
      clearTimeout(saying);
    }
  }
  const fd = attachDiskImage(path, file.type);
  const directory = `/proc/self/fd/${fd}`;
  const dispose = (): void => closeSync(fd);
  return { ...imageRootfs(DISK_IMAGE), directory, fds: { [DISK_IMAGE]: fd }, [Symbol.dispose]: dispose };
}

/** A person at a terminal waits that long without a word, ms. */
const PATIENCE = 2000;

/** The same for {@link explain}: nothing is unpacked or mounted, and what would be is told in Steps. */
export async function plannedRootfs(option: RootfsOption | ImageRootOption, own: string): Promise<RootfsSource> {
  if ("image" in option) {
    const { plannedImageRootfs } = await import("./images/image-rootfs.ts");
    return plannedImageRootfs(option, own);
  }
  const { path, isDirectory } = existing(option);
  if (isDirectory) return directoryRootfs(path, option);
  const { DISK_IMAGE, diskImageSteps, rootfsStore, storedArchive } = await import("./root-files.ts");
  const file = await rootFile(path, option);
  if (file.kind === "disk image") return { ...imageRootfs(DISK_IMAGE), before: diskImageSteps(path, file.type) };
  const stored = storedArchive(path);
  if (stored !== undefined) return overlayRootfs(stored.directory);
  const directory = `${rootfsStore()}/SHA256`;
  const label = `unpack ${path} into ${directory}, which is named for its SHA-256, by calls that its entries decide`;
  const unpacking = step(
    label,
    [],
    `mkdir ${directory} && tar -x --numeric-owner --xattrs -p -f ${path} -C ${directory}`,
  );
  return { ...overlayRootfs(directory), directory: undefined, before: [unpacking] };
}

/** A directory, which must be there: with `:O` a copy of it, otherwise itself. */
export function directoryRootfs(directory: string, { overlay }: Pick<RootfsOption, "overlay">): RootfsSource {
  if (overlay) return overlayRootfs(directory);
  return {
    ...plain,
    directory,
    mount: (mountpoint, userNamespace) =>
      userNamespace === undefined
        ? { steps: [], merged: directory }
        : remappedDirectory(directory, mountpoint, userNamespace),
  };
}

const plain: Pick<RootfsSource, "before" | "fds" | typeof Symbol.dispose> = {
  before: [],
  fds: {},
  [Symbol.dispose]: () => {},
};

function overlayRootfs(directory: string): RootfsSource {
  return {
    ...plain,
    directory,
    mount: (mountpoint, userNamespace) =>
      userNamespace === undefined
        ? throwAwayOverlay(directory, mountpoint)
        : remappedOverlay(directory, mountpoint, userNamespace),
  };
}

/** An image that is mounted without a place, in a cell. */
function imageRootfs(cell: string): RootfsSource {
  return {
    ...plain,
    directory: undefined,
    mount: (mountpoint, userNamespace) => overlayOnDetached(cell, mountpoint, userNamespace),
  };
}

async function rootFile(path: string, option: RootfsOption) {
  const { readRootFile } = await import("./root-files.ts");
  const file = readRootFile(path);
  if (file.kind === "unusable") throw unusable(option, file.problem, { hint: file.hint ?? WHAT_ELSE });
  return file;
}

/** What is the archive's fault; other errors, of the store or the machine, speak for themselves. */
function archiveProblem(option: RootfsOption, error: unknown): unknown {
  if (isErrno(error, "ENOSPC", "EDQUOT"))
    return new UserError(`no space left to unpack ${resolve(option.directory)}: ${messageOf(error)}`, {
      hint: "archives are unpacked below /var/lib/wb, or WB_ROOT: a directory with more space",
      cause: error,
    });
  if (!(error instanceof Error) || !("code" in error) || !String(error.code).startsWith("WB_")) return error;
  return unusable(option, error.message, { cause: error });
}

/** The absolute path of a directory or file that is there, and which of them it is. */
function existing(option: RootfsOption): { readonly path: string; readonly isDirectory: boolean } {
  const path = resolve(option.directory);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw unusable(option, "there is no such file or directory", { hint: WHAT_ELSE });
  if (!found.isDirectory() && !found.isFile())
    throw unusable(option, "that is neither a directory nor a file", { hint: WHAT_ELSE });
  return { path, isDirectory: found.isDirectory() };
}

function unusable(
  { directory }: RootfsOption,
  problem: string,
  detail: { readonly hint?: string; readonly cause?: unknown } = {},
): UserError {
  return new UserError(`invalid argument ${JSON.stringify(directory)} for --rootfs: ${problem}`, detail);
}

const WHAT_ELSE =
  "name a directory with a root file system, a tar archive or disk image of one, or /:O for a copy of this machine";
