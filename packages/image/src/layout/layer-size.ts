import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isErrno } from "@wb/syscall";
import { replaceFile } from "../store/replace-file.ts";
import type { ImageStore } from "./image-store.ts";
import { layerPlace } from "./layer-directories.ts";

/** Bytes of the files of a layer that is unpacked, each file once; 0 for one that is not. */
export function layerSize(store: ImageStore, diffId: string): number {
  const directory = layerPlace(store, diffId);
  if (!existsSync(directory)) return 0;
  const known = join(directory, "..", "size");
  const read = readNumber(known);
  if (read !== undefined) return read;
  const size = filesSize(directory, new Set());
  try {
    replaceFile(known, `${size}\n`);
  } catch (error) {
    // It is worked out again the next time.
    if (!isErrno(error, "ENOSPC", "EDQUOT", "EROFS", "EACCES", "ENOENT")) throw error;
  }
  return size;
}

/** Nothing changes in there, and no other process can: the directory is the store's own. */
function filesSize(directory: string, seen: Set<string>): number {
  return readdirSync(directory, { withFileTypes: true, encoding: "buffer" }).reduce((sum, entry) => {
    const path = Buffer.concat([Buffer.from(`${directory}/`, "latin1"), entry.name]);
    if (entry.isDirectory()) return sum + filesSize(path.toString("latin1"), seen);
    if (!entry.isFile()) return sum;
    const { size, nlink, dev, ino } = lstatSync(path);
    if (nlink === 1) return sum + size;
    const key = `${dev}:${ino}`;
    if (seen.has(key)) return sum;
    seen.add(key);
    return sum + size;
  }, 0);
}

function readNumber(path: string): number | undefined {
  try {
    const text = readFileSync(path, "utf8");
    return /^\d{1,15}\n$/.test(text) ? Number(text) : undefined;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
