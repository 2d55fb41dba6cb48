import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isErrno } from "@wb/syscall";
import { formatJson } from "../../oci/validate/format-json.ts";
import { writeFileAtomically } from "../../write-file-atomically.ts";
import { writeInPlace } from "../../write-in-place.ts";
import { lockDirectory, lockExisting, lockMeanwhile, tryLock } from "./lock.ts";
import { entriesOf, entryDirectory, isId } from "./read-entry.ts";

/**
 * A container's directory in the store, which this process holds the lock of: what it says is changed by one at a time. Who only
 * looks needs no lock: files are there as a whole, or not.
 */
export class ContainerEntry implements Disposable {
  readonly id: string;
  readonly path: string;
  readonly #lock: Disposable;

  private constructor(path: string, id: string, lock: Disposable) {
    this.path = path;
    this.id = id;
    this.#lock = lock;
  }

  /**
   * Makes it, with its files: from the first moment it is whole.
   *
   * @param root the directory that has `containers`
   * @param prepare what is to be done before anybody sees it: claimName
   */
  static create(
    root: string,
    id: string,
    files: Readonly<Record<string, unknown>>,
    prepare: () => void = () => {},
  ): ContainerEntry {
    const path = entryDirectory(root, id);
    const temporary = unfinishedOf(root, id);
    const lock = lockDirectory(temporary);
    try {
      for (const [name, content] of Object.entries(files)) writeJson(join(temporary, name), content);
      prepare();
      renameSync(temporary, path);
      return new ContainerEntry(path, id, lock);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      lock[Symbol.dispose]();
      throw error;
    }
  }

  /** Waits while another process changes it. @returns undefined when it is not there, or no more */
  static lock(root: string, id: string): ContainerEntry | undefined {
    const path = entryDirectory(root, id);
    const lock = lockExisting(behindLink(path));
    return lock === undefined ? undefined : new ContainerEntry(path, id, lock);
  }

  /** As {@link ContainerEntry.lock}, but this process goes on meanwhile; undefined also when the time is up. */
  static async lockMeanwhile(root: string, id: string, milliseconds?: number): Promise<ContainerEntry | undefined> {
    const path = entryDirectory(root, id);
    const lock = await lockMeanwhile(behindLink(path), milliseconds);
    return lock === undefined ? undefined : new ContainerEntry(path, id, lock);
  }

  /** Without waiting. @returns undefined when another process changes it, or it is not there */
  static tryLock(root: string, id: string): ContainerEntry | undefined {
    const path = entryDirectory(root, id);
    const lock = tryLock(behindLink(path));
    return lock === undefined ? undefined : new ContainerEntry(path, id, lock);
  }

  /** Also on a full disk, in the room that the file has: what runs can be stopped, and is not started again. */
  write(name: string, content: unknown): void {
    const path = join(this.path, name);
    try {
      writeJson(path, content);
    } catch (error) {
      if (!isErrno(error, "ENOSPC", "EDQUOT") || !existsSync(path) || !writeInPlace(path, textOf(content))) throw error;
    }
  }

  /** Removes it and all that is in it: nothing is ever mounted there. It is gone at once for who looks. */
  remove(): void {
    const aside = join(this.path, "..", `.${this.id}.gone`);
    renameSync(this.path, aside);
    rmSync(aside, { recursive: true, force: true });
  }

  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]();
  }
}

/** Whether there is a container, or one is being made. */
export function hasEntry(root: string, id: string): boolean {
  // In this order: it may become whole in between.
  return isId(id) && [unfinishedOf(root, id), entryDirectory(root, id)].some((path) => existsSync(path));
}

/** Removes what a process left that was killed while it made or removed a container. */
export function removeUnfinished(root: string): void {
  for (const name of entriesOf(root).filter((entry) => entry.startsWith("."))) {
    const path = join(root, "containers", name);
    using lock = tryLock(path);
    if (lock !== undefined) rmSync(path, { recursive: true, force: true });
  }
}

/** What it is called until it is whole. */
function unfinishedOf(root: string, id: string): string {
  return join(root, "containers", `.${id}.new`);
}

/** The directory itself: the entry of a container in the foreground is a link. */
function behindLink(path: string): string {
  return `${path}/.`;
}

function writeJson(path: string, content: unknown): void {
  writeFileAtomically(path, textOf(content), 0o600, { durable: true });
}

function textOf(content: unknown): string {
  return `${formatJson(content)}\n`;
}
