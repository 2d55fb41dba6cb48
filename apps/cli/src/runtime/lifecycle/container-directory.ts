import { closeSync, fstatSync, mkdirSync, readdirSync, rmdirSync, unlinkSync } from "node:fs";
import { AT_FDCWD, call, closeFd, ignoring, into, isErrno, LOCK, O, run, step } from "@wb/syscall";
import { writeFileAtomically } from "../../write-file-atomically.ts";
import { CONTAINER_FILES, type ContainerFile, directoryOf, fileOf, openDirectory } from "./container-files.ts";
import type { ContainerRecord } from "./container-record.ts";
import { LifecycleError } from "./lifecycle-error.ts";

/**
 * The directory of a container, below the runtime's root, which this process holds the lock of: flock(2), which the kernel
 * lets go of when the process dies. Who only looks needs no lock.
 */
export class ContainerDirectory implements Disposable {
  readonly path: string;
  #lock: number;

  private constructor(path: string, lock: number) {
    this.path = path;
    this.#lock = lock;
  }

  /** Makes it. @throws LifecycleError when there is one of the id */
  static claim(root: string, id: string): ContainerDirectory {
    const path = directoryOf(root, id);
    for (;;) {
      mkdirSync(root, { recursive: true, mode: 0o700 });
      try {
        mkdirSync(path, { mode: 0o700 });
        return ContainerDirectory.lock(root, id);
      } catch (cause) {
        // Somebody removed the empty one above.
        if (isErrno(cause, "ENOENT")) continue;
        if (!isErrno(cause, "EEXIST")) throw cause;
        throw new LifecycleError("WB_CONTAINER_EXISTS", "container with given ID already exists", { id, cause });
      }
    }
  }

  /**
   * Waits while another process changes the container.
   *
   * @param options.force go on without the lock when the time is up, to remove it: a hook of who has it may hang for ever
   * @throws LifecycleError when there is none, or the time is up
   */
  static lock(root: string, id: string, { force = false }: { readonly force?: boolean } = {}): ContainerDirectory {
    const path = directoryOf(root, id);
    const deadline = Date.now() + (force ? SHORT_PATIENCE_MS : PATIENCE_MS);
    for (;;) {
      const lock = openDirectory(path, id);
      if (isLocked(lock)) {
        // It may be the one before, which was removed meanwhile.
        if (fstatSync(lock).nlink > 0) return new ContainerDirectory(path, lock);
      } else if (Date.now() > deadline) {
        if (force) return new ContainerDirectory(path, lock);
        closeSync(lock);
        throw new LifecycleError("WB_CONTAINER_BUSY", "another process is changing the container", {
          id,
          hint: `it has had the lock of ${path} for ${PATIENCE_MS / 1000} s; see 'fuser ${path}'`,
        });
      }
      closeSync(lock);
      Atomics.wait(PAUSE, 0, 0, 5);
    }
  }

  /** A path below, for a file of the container. */
  file(name: ContainerFile): string {
    return fileOf(this.path, name);
  }

  write(record: ContainerRecord): void {
    writeFileAtomically(this.file("record"), `${JSON.stringify(record)}\n`, 0o600);
  }

  writeConfig(text: string | Uint8Array): void {
    writeFileAtomically(this.file("config"), text, 0o600);
  }

  /** Removes it: exactly the files that are a container's, for a recursive removal follows what somebody put there. */
  remove(): void {
    if (this.isRemoved()) return;
    for (const name of readdirSync(this.path)) {
      const path = `${this.path}/${name}`;
      if (name !== CONTAINER_FILES.notify) {
        unlessGone(() => unlinkSync(path));
        continue;
      }
      unlessGone(() => unlinkSync(`${path}/notify.sock`));
      unlessGone(() => rmdirSync(path));
    }
    unlessGone(() => rmdirSync(this.path));
  }

  /** Whether `delete --force` has removed it meanwhile: another container may have its name and its control group by now. */
  isRemoved(): boolean {
    return fstatSync(this.#lock).nlink === 0;
  }

  [Symbol.dispose](): void {
    if (this.#lock >= 0) closeFd(this.#lock);
    this.#lock = -1;
  }
}

/** Whether another process has its lock: what it has begun is not over. */
export function isBeingChanged(root: string, id: string): boolean {
  const lock = openDirectory(directoryOf(root, id), id);
  try {
    return !isLocked(lock);
  } finally {
    closeSync(lock);
  }
}

function unlessGone(remove: () => void): void {
  try {
    remove();
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}

const PATIENCE_MS = 10_000;
const SHORT_PATIENCE_MS = 2000;
const PAUSE = new Int32Array(new SharedArrayBuffer(4));

function isLocked(fd: number): boolean {
  const made = run([
    step("lock the container", [into("locked", ignoring(call("flock", fd, LOCK.EX | LOCK.NB), "EAGAIN"))]),
  ]);
  return made.number("locked") === 0;
}

/** Makes the FIFO that a created container waits at. @returns its descriptor, open for both: a reader alone would wait for a writer */
export function makeExecFifo(directory: ContainerDirectory): number {
  const path = directory.file("fifo");
  const made = run([
    step(
      "make the FIFO that the container waits at for its start",
      [
        call("mknodat", AT_FDCWD, path, S_IFIFO | 0o600, 0),
        into("fifo", call("openat", AT_FDCWD, path, O.RDWR | O.CLOEXEC | O.NONBLOCK, 0)),
        call("fcntl", { value: "fifo" }, F_SETFL, 0),
      ],
      `mkfifo -m 600 ${path}`,
    ),
  ]);
  return made.number("fifo");
}

const S_IFIFO = 0o010_000;
const F_SETFL = 4;
