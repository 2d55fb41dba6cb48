import { existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isErrno } from "@wb/syscall";
import { isLayoutFile, LAYOUT_FILE, LAYOUT_TEXT } from "./layout-file.ts";

/** Where images are kept. */
export interface ImageStore {
  /** An OCI image layout: `oci-layout`, `index.json`, `blobs`. */
  readonly images: string;
  /** What layers were unpacked to, by their diff ids. */
  readonly layers: string;
}

/**
 * A store in a directory, which is made if it is missing: in its `images` an OCI image layout, which skopeo and umoci read, too.
 *
 * @param directory default: `WB_ROOT`, or /var/lib/wb
 * @throws ImageError WB_IMAGE_INVALID for a layout of another version
 */
export function imageStore(directory: string = resolve(process.env["WB_ROOT"] ?? "/var/lib/wb")): ImageStore {
  const store = { images: join(directory, "images"), layers: join(directory, "layers") };
  const path = join(store.images, LAYOUT_FILE);
  if (isLayoutFile(path)) return store;
  mkdirSync(join(store.images, "blobs/sha256"), { recursive: true, mode: 0o700 });
  mkdirSync(join(store.layers, "sha256"), { recursive: true, mode: 0o700 });
  const index = join(store.images, "index.json");
  // Several may do that at once: all write the same, and none over what another one has written since.
  if (!existsSync(index)) writeNew(index, `{"schemaVersion":2,"manifests":[]}\n`);
  // One that says nothing was lost with the power.
  rmSync(path, { force: true });
  writeNew(path, LAYOUT_TEXT);
  return store;
}

/** Gives a file a name that has none yet: what is there is whole, and stays. */
function writeNew(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.new`;
  writeFileSync(temporary, text, { mode: 0o600 });
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
  } finally {
    rmSync(temporary);
  }
}
