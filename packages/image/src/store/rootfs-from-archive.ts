import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { basename } from "node:path";
import { archiveIdOf, removeTree, unpack, type UnpackOptions } from "@wb/overlay";
import { withDirectory } from "@wb/overlay";
import { call, isErrno, O, RENAME, run, step } from "@wb/syscall";
import { ArchiveChangedError } from "./archive-error.ts";
import { type ArchiveIdentity, identityOf, isRecent, isSameIdentity } from "./archive-identity.ts";
import { type KnownArchive, lookUp, readIndex, remember } from "./archive-index.ts";
import { removeLeftovers, UNPACKING } from "./leftovers.ts";
import { isStill, lockDirectory } from "./lock.ts";
import { syncDirectory } from "./replace-file.ts";
import { makeStore, rootfsStore } from "./store-directory.ts";

export interface ArchiveStoreOptions {
  /** The directory of the store, which is made if it is missing. Default: `rootfs` in `WB_ROOT`, or in /var/lib/wb. */
  readonly store?: string;
  /** What of the archive is given to its files. One store has archives that were unpacked in one way. */
  readonly unpack?: UnpackOptions;
}

/** An archive that is in the store. */
export interface ArchiveRoot {
  /** SHA-256 of the archive's bytes, in hexadecimal. */
  readonly archiveId: string;
  /** The root file system. Others use the same: mount it as the lower directory of an overlay, and write nothing to it. */
  readonly directory: string;
}

/**
 * What the store has of an archive, without a change and without reading the archive: undefined for one that it does not
 * have, or whose file was changed since.
 */
export function storedArchive(
  path: string,
  { store = rootfsStore() }: ArchiveStoreOptions = {},
): ArchiveRoot | undefined {
  return withArchive(path, (fd) => stored(store, identityOf(fd)));
}

/**
 * The root file system in a tar archive, plain or compressed: unpacked into the store by its first use, by whichever process
 * is the first, and found there by all others. Nothing is in the store but whole archives: one that cannot be unpacked, or
 * whose process was killed, leaves nothing that a later call does not remove.
 *
 * @throws TarError, SyscallError, ArchiveChangedError
 * @example
 * const { directory } = await rootfsFromArchive("debian.tar"); // /var/lib/wb/rootfs/3fd1…
 */
export async function rootfsFromArchive(path: string, options: ArchiveStoreOptions = {}): Promise<ArchiveRoot> {
  const { store = rootfsStore() } = options;
  const fd = openSync(path, O.RDONLY | O.CLOEXEC);
  try {
    const found = stored(store, identityOf(fd));
    if (found !== undefined) return found;
    makeStore(store);
    removeLeftovers(store);
    return await unpackOnce(store, { fd, path, unpack: options.unpack });
  } finally {
    closeSync(fd);
  }
}

interface OpenArchive {
  readonly fd: number;
  readonly path: string;
  readonly unpack?: UnpackOptions | undefined;
}

function withArchive<T>(path: string, use: (fd: number) => T): T {
  const fd = openSync(path, O.RDONLY | O.CLOEXEC);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

function stored(store: string, identity: ArchiveIdentity): ArchiveRoot | undefined {
  const known = lookUp(store, identity);
  return known === undefined ? undefined : existing(store, known.archiveId);
}

function existing(store: string, archiveId: string): ArchiveRoot | undefined {
  const directory = `${store}/${archiveId}`;
  return existsSync(directory) ? { archiveId, directory } : undefined;
}

/** The directory that it is unpacked in is locked: who comes second waits, and finds what the first has made. */
async function unpackOnce(store: string, archive: OpenArchive): Promise<ArchiveRoot> {
  const { dev, ino } = identityOf(archive.fd);
  const temporary = `${store}/${UNPACKING}${dev}-${ino}`;
  using lock = await lockDirectory(temporary);
  try {
    // It may have been changed while this process waited.
    const identity = identityOf(archive.fd);
    const certain = !isRecent(identity);
    const found = stored(store, identity) ?? (await storedAnotherTime(store, { ...archive, identity, certain }));
    if (found !== undefined) return found;
    // Of a process that was killed.
    withDirectory(temporary, (fd) => removeTree(fd, ROOT));
    mkdirSync(`${temporary}/${ROOT}`, { mode: 0o755 });
    const { archiveId } = await unpack(archive.fd, `${temporary}/${ROOT}`, archive.unpack);
    if (!isSameIdentity(identity, identityOf(archive.fd))) throw new ArchiveChangedError(archive.path);
    const root = keep(store, { temporary, archiveId });
    await rememberArchive(store, { ...identity, archiveId, certain });
    return root;
  } catch (error) {
    if (isStill(temporary, lock.fd)) throw error;
    throw new Error(`${temporary} was removed while ${archive.path} was unpacked in it`, { cause: error });
  } finally {
    if (isStill(temporary, lock.fd)) withDirectory(store, (fd) => removeTree(fd, basename(temporary)));
  }
}

const ROOT = "rootfs";

/** The same bytes may be there under another name, or with another time: to know that is worth a hash where sizes agree. */
async function storedAnotherTime(
  store: string,
  { fd, path, identity, certain }: OpenArchive & { readonly identity: ArchiveIdentity; readonly certain: boolean },
): Promise<ArchiveRoot | undefined> {
  if (!readIndex(store).some(({ size }) => size === identity.size)) return undefined;
  const archiveId = await archiveIdOf(fd);
  if (!isSameIdentity(identity, identityOf(fd))) throw new ArchiveChangedError(path);
  const found = existing(store, archiveId);
  if (found !== undefined) await rememberArchive(store, { ...identity, archiveId, certain });
  return found;
}

/** Gives a whole root its name. It is on the disk before, so that a name never stands for less, even after a loss of power. */
function keep(store: string, { temporary, archiveId }: { temporary: string; archiveId: string }): ArchiveRoot {
  const root = { archiveId, directory: `${store}/${archiveId}` };
  withDirectory(temporary, (fd) => {
    try {
      run([
        step(`keep ${root.directory}`, [
          call("syncfs", fd),
          call("renameat2", fd, ROOT, fd, `../${archiveId}`, RENAME.NOREPLACE),
        ]),
      ]);
    } catch (error) {
      // Another file with the same bytes was unpacked meanwhile.
      if (!isErrno(error, "EEXIST")) throw error;
    }
  });
  syncDirectory(store);
  return root;
}

/** One at a time. */
async function rememberArchive(store: string, archive: KnownArchive): Promise<void> {
  using _lock = await lockDirectory(store);
  remember(store, archive);
}
