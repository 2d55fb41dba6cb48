import { statfsSync } from "node:fs";
import { resolve } from "node:path";
import { isErrno } from "@wb/syscall";
import { directorySize } from "../directory-size.ts";
import { sizeOfImage } from "../images/layers-of-image.ts";
import { writableLayer } from "../images/writable-layer.ts";
import { HEADER_SIZE } from "../logs/header.ts";
import type { ImageRootOption, RootfsOption } from "../run-options.ts";
import type { ContainerInfo } from "./container-info.ts";

/** Bytes. */
export interface ContainerSize {
  /** Of the changes to the root, which are in memory, and of the log. */
  readonly written: number;
  /** Of what the root was before. */
  readonly root: number;
}

/** Bytes that a container has written: the layer of its changes, and its log. */
export function writtenSize(info: Pick<ContainerInfo, "config" | "places" | "state" | "record">): number {
  const { config, places } = info;
  const isOfImage = "image" in config.options.rootfs;
  return (isOfImage ? directorySize(writableLayer(places.entry).upper) : layerSize(info)) + logSize(places.entry);
}

/** With that of its root, which is looked through once for all that have it. */
export function sizesOf(): (info: ContainerInfo) => ContainerSize {
  const roots = new Map<string, number>();
  return (info) => {
    const { rootfs } = info.config.options;
    const key = "image" in rootfs ? rootfs.image : resolve(rootfs.directory);
    const root = roots.get(key) ?? rootSize(rootfs);
    roots.set(key, root);
    return { written: writtenSize(info), root };
  };
}

function rootSize(rootfs: RootfsOption | ImageRootOption): number {
  return "image" in rootfs ? sizeOfImage(rootfs.image) : directorySize(resolve(rootfs.directory));
}

/** Without the record that each log begins with: a number of 8 bytes. */
function logSize(directory: string): number {
  return Math.max(0, directorySize(directory, { only: LOG }) - HEADER_SIZE - 8);
}

const LOG = /^log(?:\.\d+)?$/;

/**
 * Of a copy of a root, the changes are in a tmpfs of its own, which nobody outside can look into; statfs(2) of an overlay is that of its upper
 * layer. What is written to a root that is no copy is no layer.
 */
function layerSize({ state, record }: Pick<ContainerInfo, "state" | "record">): number {
  const isAlive = state === "running" || state === "paused";
  if (!isAlive || record === undefined) return 0;
  try {
    const { type, bsize, blocks, bfree } = statfsSync(`/proc/${record.init_process_pid}/root`);
    return type === OVERLAYFS_SUPER_MAGIC ? (blocks - bfree) * bsize : 0;
  } catch (error) {
    // It has ended meanwhile, or its root is another user's.
    if (isErrno(error, "ENOENT", "ESRCH", "EACCES", "EPERM")) return 0;
    throw error;
  }
}

/** linux/magic.h */
const OVERLAYFS_SUPER_MAGIC = 0x794c_7630;
