import { closeSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { detachedOverlay, type OverlayLayers } from "@wb/overlay";
import { closeTarget, openTarget, ROOT, symbolicLink, type TargetKind } from "@wb/rootfs";
import { isErrno, run, step } from "@wb/syscall";
import { dataDirectory } from "../store/directories.ts";
import { type Layers, makeWritableLayer, writableLayer } from "./writable-layer.ts";

/**
 * The layer between an image and what its containers write, docker's init layer: places for what is mounted in each container, where the image
 * has none. It is in no commit, for it is the image's.
 *
 * @param id of the image
 * @param layers the image's, the topmost first
 * @returns its directory
 */
export function initLayer(id: string, layers: Layers): string {
  const directory = join(dataDirectory(), "layers/init");
  const hex = id.slice("sha256:".length);
  const made = join(directory, hex);
  if (existsSync(made)) return writableLayer(made).upper;
  const temporary = join(directory, `.${hex}.${process.pid}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // A killed process of before a boot may have had this id.
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { mode: 0o700 });
  try {
    makePlaces({ lower: layers, ...makeWritableLayer(temporary, layers) });
    renameSync(temporary, made);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Another one has made the same.
    if (!isErrno(error, "ENOTEMPTY", "EEXIST")) throw error;
  }
  return writableLayer(made).upper;
}

/** moby, daemon/initlayer/setup_unix.go. */
const PLACES = [
  ...(
    [
      ["/dev", "directory"],
      ["/proc", "directory"],
      ["/sys", "directory"],
      ["/etc/resolv.conf", "file"],
      ["/etc/hosts", "file"],
      ["/etc/hostname", "file"],
    ] as const satisfies readonly (readonly [string, TargetKind])[]
  ).map(([path, kind]) => step(`make ${path} if it is missing`, [...openTarget(path, kind), ...closeTarget])),
  symbolicLink("/etc/mtab", "/proc/mounts"),
];

function makePlaces(layers: OverlayLayers): void {
  const root = run([detachedOverlay(ROOT, layers)]).number(ROOT);
  try {
    run(PLACES, { inputs: { [ROOT]: root } });
  } finally {
    closeSync(root);
  }
}
