import { closeSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isErrno, O } from "@wb/syscall";
import { NAME } from "../names/container-name.ts";
import { lockDirectory, tryLock } from "../store/lock.ts";
import { turns } from "./turns.ts";
import { volumeDirectory, volumesDirectory } from "./volume-places.ts";
import { asVolumeRecord, META_FILE, type VolumeRecord } from "./volume-record.ts";

/** Waits until no other process makes or removes volumes; what killed ones left of that is removed. */
export async function lockVolumes(): Promise<Disposable> {
  const turn = await nextTurn();
  const lock = lockDirectory(volumesDirectory());
  const dispose = (): void => {
    lock[Symbol.dispose]();
    turn[Symbol.dispose]();
  };
  try {
    for (const name of entries().filter((entry) => entry.startsWith("."))) await removeLeftover(name);
    return { [Symbol.dispose]: dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

const nextTurn = turns();

/** All volumes, in no order. */
export function allVolumes(): VolumeRecord[] {
  return entries().flatMap((name) => findVolume(name) ?? []);
}

/** Undefined for one that is not there. Of one whose file is lost, the data is there: it is one without options. */
export function findVolume(name: string): VolumeRecord | undefined {
  if (!NAME.test(name)) return undefined;
  const stat = statSync(volumeDirectory(name), { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true) return undefined;
  const known = asVolumeRecord(readMeta(name));
  if (known !== undefined) return { ...known, name };
  return { version: 1, name, driver: "local", created: stat.birthtimeMs, labels: {}, options: {} };
}

/** Removes a directory of a volume and all that is below it, of any depth. @param path in the directory of volumes */
export async function removeVolumeTree(path: string): Promise<void> {
  const { removeTree } = await import("@wb/overlay");
  const parent = openSync(dirname(path), O.RDONLY | O.DIRECTORY | O.CLOEXEC | O.NOFOLLOW);
  try {
    removeTree(parent, basename(path));
  } catch (error) {
    if (!isErrno(error, "EACCES", "EPERM", "ENOTEMPTY")) throw error;
    const { removeInUserNamespace } = await import("../rootless/remove-in-user-namespace.ts");
    await removeInUserNamespace(path, error);
  } finally {
    closeSync(parent);
  }
}

/** Whoever removes a volume, or makes one, has its lock. */
async function removeLeftover(name: string): Promise<void> {
  const path = join(volumesDirectory(), name);
  using lock = tryLock(path);
  if (lock !== undefined) await removeVolumeTree(path);
}

function entries(): string[] {
  try {
    return readdirSync(volumesDirectory());
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}

function readMeta(name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(volumeDirectory(name), META_FILE), "utf8"));
  } catch (error) {
    if (isErrno(error, "ENOENT", "EISDIR") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
