import { closeSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { detachedOverlay, overlay, type OverlayLayers } from "@wb/overlay";
import { detachedMount, idmap } from "@wb/rootfs";
import {
  address,
  AT_FDCWD,
  call,
  isErrno,
  memory,
  MOVE_MOUNT,
  MS,
  type Program,
  run,
  STATX,
  step,
  type Value,
  value,
} from "@wb/syscall";
import type { RootMount } from "../root-mount.ts";
import type { RootfsSource } from "../rootfs-source.ts";
import type { ImageRootOption } from "../run-options.ts";
import { initLayer } from "./init-layer.ts";
import { chainOf, layersOfImage, placesOfLayers } from "./layers-of-image.ts";
import { type Layers, makeWritableLayer, writableLayer } from "./writable-layer.ts";

/**
 * The root of a container of an image: its layers, and on them what the container writes, which stays until it is removed.
 *
 * @param directory the container's own, for what it writes
 */
export async function openImageRootfs(option: ImageRootOption, directory: string): Promise<RootfsSource> {
  const layers = await layersOfImage(option);
  const lower: Layers = [initLayer(chainOf(option), layers), ...layers];
  const made = { lower, ...makeWritableLayer(directory, lower) };
  const seen = openMerged([made.upper, ...lower]);
  return {
    directory: seen.path,
    before: [],
    fds: {},
    mount: imageMount(made),
    [Symbol.dispose]: () => seen[Symbol.dispose](),
  };
}

/** The same for `wb explain`: nothing is made. */
export function plannedImageRootfs(option: ImageRootOption, directory: string): RootfsSource {
  const layers = placesOfLayers(option);
  const planned = { lower: layers, ...writableLayer(directory) };
  return { directory: undefined, before: [], fds: {}, mount: imageMount(planned), [Symbol.dispose]: () => {} };
}

/** What the layers show together, to be read. Before Linux 6.5 it is only the topmost one that knows users. */
function openMerged(layers: Layers): Disposable & { readonly path: string } {
  try {
    const fd = run([detachedOverlay(MERGED, { lower: layers })]).number(MERGED);
    return { path: `/proc/self/fd/${fd}`, [Symbol.dispose]: () => closeSync(fd) };
  } catch (error) {
    if (!isErrno(error, "EINVAL")) throw error;
    const path = layers.find((layer) => lstatSync(join(layer, "etc/passwd"), { throwIfNoEntry: false }) !== undefined);
    return { path: path ?? layers[0], [Symbol.dispose]: () => {} };
  }
}

const MERGED = "merged layers";

function imageMount(layers: OverlayLayers): RootMount {
  return (mountpoint, userNamespace) =>
    userNamespace === undefined
      ? { steps: [overlay({ ...layers, target: mountpoint })], merged: mountpoint }
      : remapped(layers, mountpoint, userNamespace);
}

/** An overlay has no other owners than its layers: each of these is shown with those of the user namespace. */
function remapped(
  { lower, upper = "", work = "" }: OverlayLayers,
  mountpoint: string,
  userNamespace: Value,
): ReturnType<RootMount> {
  const merged = `${mountpoint}/merged`;
  const places = lower.map((_path, index) => `${mountpoint}/${index}`) as [string, ...string[]];
  const room = step(
    "make places for the layers",
    [
      call("mount", "tmpfs", mountpoint, "tmpfs", MS.NODEV | MS.NOSUID, "mode=0700,size=64k"),
      ...[...places, merged].map((path) => call("mkdirat", AT_FDCWD, path, 0o700)),
    ],
    `mount -t tmpfs -o nodev,nosuid,mode=0700,size=64k tmpfs ${mountpoint} && mkdir ${[...places, merged].join(" ")}`,
  );
  return {
    steps: [
      room,
      ...lower.flatMap((path, index) => remappedLayer(path, places[index] ?? "", userNamespace)),
      ownerLike(upper, places[0]),
      overlay({ lower: places, upper, work, target: merged }),
    ],
    merged,
  };
}

const LAYER = "layer";

function remappedLayer(path: string, place: string, userNamespace: Value): Program {
  return [
    detachedMount(LAYER, { destination: "/", source: path, options: ["bind"] }),
    idmap(LAYER, userNamespace),
    step(
      `give ${path} a place under the overlay`,
      [call("move_mount", value(LAYER), "", AT_FDCWD, place, MOVE_MOUNT.F_EMPTY_PATH), call("close", value(LAYER))],
      `mount --move … ${place}`,
    ),
  ];
}

/** Offsets in `struct statx`, linux/stat.h. */
const STX = { size: 256, uid: 20, gid: 24 } as const;

function ownerLike(path: string, like: string) {
  const field = (offset: number) => value(LAYER_STAT, offset, 0xffff_ffffn);
  return step(
    `give ${path} the owner of the layers' root`,
    [
      memory(LAYER_STAT, STX.size),
      call("statx", AT_FDCWD, like, 0, STATX.UID | STATX.GID, address(LAYER_STAT)),
      call("fchownat", AT_FDCWD, path, field(STX.uid), field(STX.gid), 0),
    ],
    `chown --reference=${like} ${path}`,
  );
}

const LAYER_STAT = "layer's status";
