import { rmSync } from "node:fs";
import { newContainerId } from "../container-id.ts";
import { containerEvent } from "../events/container-event.ts";
import { takeName } from "../names/take-name.ts";
import type { NamespaceModes } from "../namespace-options.ts";
import type { NetworkMode } from "../options/network-mode.ts";
import { ContainerEntry } from "../store/container-entry.ts";
import { dataDirectory } from "../store/directories.ts";
import { releaseName } from "../store/names.ts";
import { withVolumesFrom } from "../volumes/volumes-from.ts";
import { claimCidFile } from "./cid-file.ts";
import { findInfo } from "./container-info.ts";
import { CONFIG_FILE, type StoredConfig } from "./stored-config.ts";
import { NEVER_STARTED, STATE_FILE } from "./stored-state.ts";

/** What is asked of a container that is not there yet. */
export type NewConfig = Omit<StoredConfig, "version" | "created">;

/** A container that was made, and its lock, which is left by disposing of it. */
export interface CreatedEntry extends Disposable {
  readonly entry: ContainerEntry;
  readonly config: StoredConfig;
  /** Takes it back: nothing of it is left. */
  readonly remove: () => void;
}

/**
 * Makes a container that is not started yet.
 *
 * @throws UserError when its name is taken, the file for its id is there, or a container is not whose namespaces or volumes it is to have;
 * nothing is left then
 */
export function createStored(wanted: NewConfig): CreatedEntry {
  const id = newContainerId();
  const store = dataDirectory();
  const options = withVolumesFrom(wanted.options);
  const config: StoredConfig = {
    version: 1,
    created: Date.now(),
    ...wanted,
    options: { ...options, namespaces: withIds(options.namespaces), net: withId(options.net) },
  };
  using cidFile = claimCidFile(config.cidFile);
  let name = "";
  const entry = ContainerEntry.create(store, id, { [CONFIG_FILE]: config, [STATE_FILE]: NEVER_STARTED }, () => {
    name = takeName(store, id, options.name);
  });
  containerEvent("create", { id, name, config });
  const remove = (): void => {
    entry.remove();
    releaseName(store, name, id);
    containerEvent("destroy", { id, name, config });
    if (config.cidFile !== "") rmSync(config.cidFile, { force: true });
  };
  try {
    cidFile.write(id);
    return { entry, config, remove, [Symbol.dispose]: () => entry[Symbol.dispose]() };
  } catch (error) {
    remove();
    entry[Symbol.dispose]();
    throw error;
  }
}

function withId(net: NetworkMode): NetworkMode {
  return net.mode === "container" ? { ...net, container: findInfo(net.container).id } : net;
}

/** A name can become another container's. */
function withIds(modes: NamespaceModes): NamespaceModes {
  const entries = Object.entries(modes).map(([flag, mode]) => [
    flag,
    mode?.mode === "container" ? { ...mode, container: findInfo(mode.container).id } : mode,
  ]);
  return Object.fromEntries(entries) as NamespaceModes;
}
