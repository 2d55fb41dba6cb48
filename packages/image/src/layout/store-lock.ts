import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { LOCK, O } from "@wb/syscall";
import { tryLock, waitForLock } from "../store/wait-for-lock.ts";
import type { ImageStore } from "./image-store.ts";

/**
 * Says that blobs and layers are being added to the store which nothing names yet: nobody collects garbage meanwhile. Several may do that at once.
 * The kernel lets go of it with the process, flock(2).
 */
export function shareStore(store: ImageStore): Promise<Disposable> {
  return lock(join(store.images, "blobs"), LOCK.SH);
}

/** Waits until nobody adds anything. */
export function holdStore(store: ImageStore): Promise<Disposable> {
  return lock(join(store.images, "blobs"), LOCK.EX);
}

/** The same, without waiting: undefined while somebody adds something. */
export function tryHoldStore(store: ImageStore): Disposable | undefined {
  const path = join(store.images, "blobs");
  const fd = openSync(path, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  if (tryLock(fd, LOCK.EX, path)) return { [Symbol.dispose]: () => closeSync(fd) };
  closeSync(fd);
  return undefined;
}

/** For a change of the index: one at a time. */
export function lockIndex(store: ImageStore): Promise<Disposable> {
  return lock(store.images, LOCK.EX);
}

async function lock(path: string, kind: number): Promise<Disposable> {
  const fd = openSync(path, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  try {
    await waitForLock(fd, kind, path);
    return { [Symbol.dispose]: () => closeSync(fd) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
