import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { isErrno, O } from "@wb/syscall";
import type { CompleteSpec } from "../oci/complete-spec.ts";
import type { ContainerRecord } from "../runtime/lifecycle/container-record.ts";
import { processStat } from "../runtime/lifecycle/init-process.ts";
import { encodeExitRecord, type ExitRecord } from "../runtime/supervisor/exit-record.ts";
import { placesOf } from "./containers/container-places.ts";
import { CONFIG_FILE, type StoredConfig } from "./containers/stored-config.ts";
import { STATE_FILE } from "./containers/stored-state.ts";
import { takeName } from "./names/take-name.ts";
import { nameOfId, releaseName } from "./store/names.ts";
import { idOfName } from "./store/read-names.ts";

/** How a container is known to other commands whose streams are its caller's. Disposing of it takes it out of the store. */
export interface ForegroundEntry extends Disposable {
  /** Its first process is there. */
  readonly started: (
    pid: number,
    container: { readonly spec: CompleteSpec; readonly rootfs: string; readonly cgroup: string | undefined },
  ) => void;
  readonly ended: (exit: ExitRecord) => void;
}

/**
 * Puts a container that ends with this process into the store: an entry that is a link to the state of this process, which goes with
 * that. Nothing of it is to be there after a boot, so that nothing waits for the disk. It is part of what each start takes: one file
 * is the container's configuration for the store and for the OCI runtime, and gets the record of its end behind itself.
 *
 * @param directory the state's
 * @throws UserError when its name is taken
 */
export function enterForeground(id: string, directory: string, config: StoredConfig): ForegroundEntry {
  const { store, entry: link, runtime } = placesOf(id);
  const entry = join(directory, ENTRY);
  const path = join(runtime, id);
  let file = -1;
  let name: string | undefined;
  mkdirSync(entry, { mode: 0o700 });
  const leave = (): void => {
    if (file >= 0) closeSync(file);
    leaveForeground(id, directory, name);
  };
  try {
    symlinkSync(join(path, CONFIG_FILE), join(entry, CONFIG_FILE));
    putLink(store, entry, link);
    name = takeName(store, id, config.options.name);
  } catch (error) {
    leave();
    throw error;
  }
  return {
    started: (pid, { spec, rootfs, cgroup }) => {
      const record: ContainerRecord = {
        ociVersion: spec.ociVersion,
        id,
        init_process_pid: pid,
        init_process_start: processStat(pid)?.start ?? 0,
        bundle: link,
        rootfs,
        created: new Date(config.created).toISOString(),
        owner: "root",
        ...(cgroup === undefined ? {} : { cgroup }),
      };
      mkdirSync(path, { recursive: true, mode: 0o700 });
      file = openSync(join(path, CONFIG_FILE), O.WRONLY | O.CREAT | O.EXCL | O.CLOEXEC | O.APPEND, 0o600);
      writeSync(file, `${JSON.stringify({ ...spec, ...config })}\n`);
      writeFileSync(join(path, "state.json"), JSON.stringify(record), { mode: 0o600 });
    },
    ended: (exit) => {
      if (file >= 0) writeSync(file, encodeExitRecord(exit));
    },
    [Symbol.dispose]: leave,
  };
}

/** Takes what a killed process left of such a container out of the store. */
export function removeForegroundEntry(id: string, directory: string): void {
  leaveForeground(id, directory, "");
}

/** Removes entries of before a boot: links that lead nowhere. */
export function removeDanglingEntries(store: string): void {
  const containers = join(store, "containers");
  for (const dirent of unlessGone(() => readdirSync(containers, { withFileTypes: true })) ?? []) {
    if (!dirent.isSymbolicLink()) continue;
    const link = join(containers, dirent.name);
    const target = unlessGone(() => readlinkSync(link));
    if (target !== undefined && unlessGone(() => lstatSync(target)) === undefined) rmSync(link, { force: true });
  }
}

/** In the state's directory. */
const ENTRY = "entry";

function putLink(store: string, entry: string, link: string): void {
  try {
    symlinkSync(entry, link);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
    mkdirSync(join(store, "containers"), { recursive: true, mode: 0o700 });
    symlinkSync(entry, link);
  }
}

function leaveForeground(id: string, directory: string, name: string | undefined): void {
  const { store, entry: link, runtime } = placesOf(id);
  // First, so that nobody finds what is only there in part.
  rmSync(link, { force: true });
  if (name !== undefined) {
    // It may have been given another one.
    const own = idOfName(store, name) === id ? name : nameOfId(store, id);
    if (own !== undefined) releaseName(store, own, id);
  }
  for (const file of [CONFIG_FILE, STATE_FILE]) unlessGone(() => unlinkSync(join(runtime, id, file)));
  for (const path of [join(runtime, id), runtime]) unlessGone(() => rmdirSync(path));
  // With what others have written there, who stopped it for example.
  rmSync(join(directory, ENTRY), { recursive: true, force: true });
}

function unlessGone<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTEMPTY")) return undefined;
    throw error;
  }
}
