import { chmodSync, chownSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../user-error.ts";
import { writeFileAtomically } from "../../write-file-atomically.ts";
import { newContainerId } from "../container-id.ts";
import { lockDirectory } from "../store/lock.ts";
import { checkDriver } from "./driver-options.ts";
import { volumeDirectory, volumesDirectory } from "./volume-places.ts";
import { META_FILE, type VolumeRecord } from "./volume-record.ts";
import { findVolume, removeVolumeTree } from "./volume-store.ts";

export interface VolumeRequest {
  readonly name: string;
  /** Default: that of the volume, if there is one, or `local`. */
  readonly driver?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** Whose the directory of a new one is. Default: this process's user. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/**
 * Makes a volume, or finds it; the caller has the lock of all volumes. It is there as a whole, or not.
 *
 * @throws UserError in docker's words
 */
export async function createVolume(request: VolumeRequest): Promise<VolumeRecord> {
  const { name, labels, options, owner } = request;
  const found = findVolume(name);
  if (found !== undefined) {
    if (request.driver === undefined || request.driver === found.driver) return found;
    throw new UserError(`create ${name}: volume name must be unique`, {
      hint: `there is a volume of this name with the driver ${found.driver}: choose another name`,
    });
  }
  const driver = request.driver ?? "local";
  checkDriver(name, driver, options);
  const record: VolumeRecord = { version: 1, name, driver, created: Date.now(), labels, options };
  const temporary = join(volumesDirectory(), `.${newContainerId()}.new`);
  using _lock = lockDirectory(temporary);
  try {
    const data = join(temporary, "_data");
    mkdirSync(data);
    if (owner !== undefined) chownSync(data, owner.uid, owner.gid);
    chmodSync(data, 0o755);
    writeFileAtomically(join(temporary, META_FILE), `${JSON.stringify(record)}\n`, 0o600, { durable: true });
    renameSync(temporary, volumeDirectory(name));
  } catch (error) {
    await removeVolumeTree(temporary);
    throw error;
  }
  return record;
}
