import { closeSync, openSync } from "node:fs";
import { detachedOverlay } from "@wb/overlay";
import { O, run } from "@wb/syscall";
import { isAlive } from "../../runtime/lifecycle/init-process.ts";
import { UserError } from "../../user-error.ts";
import { type ContainerInfo, findInfo } from "../containers/container-info.ts";
import { withEntry } from "../containers/with-entry.ts";
import { containerLayers } from "../images/container-layers.ts";
import { makeWritableLayer } from "../images/writable-layer.ts";
import { mountsDocument } from "../inspect/mounts-document.ts";
import { entryDirectory } from "../store/read-entry.ts";

/** A directory in which a container's path is to be looked for. */
export interface RootAndPath {
  /** An open directory, which no link of the path leads out of. */
  readonly root: number;
  readonly path: string;
}

/**
 * Does something with a path of a container. Of one that runs it is what its processes see, with all that is mounted; of another one its root, or
 * the volume or directory of the host that the path is in, and nobody starts it meanwhile.
 *
 * @throws UserError
 */
export function withContainerPath<T>(
  reference: string,
  path: string,
  action: (place: RootAndPath, info: ContainerInfo) => Promise<T>,
): Promise<T> {
  const use = async (info: ContainerInfo): Promise<T> => {
    refuseRemapped(info);
    const { root, path: inside } = await openRoot(info, path);
    try {
      return await action({ root, path: inside }, info);
    } finally {
      closeSync(root);
    }
  };
  const info = findInfo(reference);
  return isRunning(info) ? use(info) : withEntry(reference, (_entry, locked) => use(locked));
}

function isRunning({ state }: ContainerInfo): boolean {
  return state === "running" || state === "paused";
}

/** What is written there would be nobody's. */
function refuseRemapped({ name, config }: ContainerInfo): void {
  if (config.options.usernsRemap.length > 0)
    throw new UserError(`container ${name} has the ids of --userns-remap, which wb cp cannot give`, {
      hint: `wb exec -i ${name} tar -x -C DIRECTORY <ARCHIVE, or wb exec ${name} tar -c PATH`,
    });
}

async function openRoot(info: ContainerInfo, path: string): Promise<RootAndPath> {
  const { record } = info;
  if (record !== undefined && isRunning(info)) {
    const root = openSync(`/proc/${record.init_process_pid}/root`, DIRECTORY);
    if (isAlive(record)) return { root, path };
    closeSync(root);
    throw new UserError(`container ${info.name} has ended meanwhile`, { hint: "once more shows what it has left" });
  }
  const mounted = mountsDocument(info.config.options)
    .filter(({ Destination }) => isIn(path, Destination))
    .toSorted((one, other) => other.Destination.length - one.Destination.length)[0];
  if (mounted !== undefined)
    return { root: openSync(mounted.Source, DIRECTORY), path: path.slice(mounted.Destination.length) || "/" };
  return { root: await openStopped(info), path };
}

const DIRECTORY = O.PATH | O.DIRECTORY | O.CLOEXEC;

async function openStopped(info: ContainerInfo): Promise<number> {
  const { rootfs } = info.config.options;
  if (!("image" in rootfs) && !rootfs.overlay) return openSync(rootfs.directory, DIRECTORY);
  const { lower } = await containerLayers(info);
  const { upper, work } = makeWritableLayer(entryDirectory(info.places.store, info.id), lower);
  return run([detachedOverlay(ROOT, { lower, upper, work })]).number(ROOT);
}

const ROOT = "container's root";

function isIn(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
