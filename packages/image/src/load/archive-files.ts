import { posix } from "node:path";
import { type ArchiveSource, readTar, type TarEntry } from "@wb/overlay";
import { ImageError } from "../image-error.ts";
import type { ImageStore } from "../layout/image-store.ts";
import { spool, type SpooledFile } from "./spooled-file.ts";

/** The files of an archive of images. */
export interface ArchiveFiles extends Disposable {
  /** What is at a path, links followed; undefined for nothing, and for what is no file. */
  readonly find: (path: string) => SpooledFile | undefined;
  /** @throws ImageError WB_IMAGE_INVALID when it is not there */
  readonly need: (path: string) => SpooledFile;
}

/**
 * Reads all of an archive, whose files may be in any order, into the store's disk: they have no names there.
 *
 * @throws ImageError WB_IMAGE_INVALID for an archive that is none of images, TarError for a broken one
 */
export async function archiveFiles(store: ImageStore, source: ArchiveSource): Promise<ArchiveFiles> {
  using undo = new DisposableStack();
  const files = new Map<string, SpooledFile>();
  const links = new Map<string, string>();
  const room = { left: MOST_IN_MEMORY };
  let entries = 0;
  for await (const { entry, content } of readTar(source)) {
    if (++entries > MOST_ENTRIES) throw notImages(`it has more than ${MOST_ENTRIES} entries`);
    const path = pathOf(entry);
    if (entry.type === "directory") continue;
    if (entry.type === "link" || entry.type === "symlink") {
      addLink({ files, links }, path, entry);
      continue;
    }
    if (entry.type !== "file" || entry.extents !== undefined)
      throw notImages(`${path} is a ${entry.type === "file" ? "sparse file" : entry.type}`);
    const file = undo.use(await spool(store, content(), { size: entry.size, room }));
    const before = files.get(path);
    if (links.has(path) || (before !== undefined && before.digest !== file.digest))
      throw invalid(`the archive has ${path} twice, with different content`);
    files.set(path, before ?? file);
  }
  const find = (path: string): SpooledFile | undefined => files.get(followed(path, links));
  const kept = undo.move();
  return {
    find,
    need: (path) => {
      const file = find(path);
      if (file === undefined) throw invalid(`the archive has no ${path}, which it is to have`);
      return file;
    },
    [Symbol.dispose]: () => kept.dispose(),
  };
}

/** What docker saves has 3 files for each layer. */
const MOST_ENTRIES = 20_000;

/** In bytes. */
const MOST_IN_MEMORY = 32 * 2 ** 20;

const MOST_LINKS = 16;

function pathOf({ name }: TarEntry): string {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw invalid(`the archive has an entry ${JSON.stringify(name)}: its name has ".."`);
  return parts.join("/");
}

interface Tables {
  readonly files: ReadonlyMap<string, SpooledFile>;
  readonly links: Map<string, string>;
}

/** docker's older archives have a layer once, and symbolic links to it. */
function addLink({ files, links }: Tables, path: string, { type, linkname }: TarEntry): void {
  const target = posix.normalize(
    type === "link" || linkname.startsWith("/") ? linkname : posix.join(posix.dirname(path), linkname),
  );
  const inside = target.replace(/^\/+/, "");
  if (inside.split("/").includes("..")) throw invalid(`${path} in the archive is a link to ${linkname}, outside of it`);
  if (files.has(path) || (links.get(path) ?? inside) !== inside)
    throw invalid(`the archive has ${path} twice, with different content`);
  links.set(path, inside);
}

function followed(path: string, links: ReadonlyMap<string, string>): string {
  let now = posix.normalize(path);
  for (let count = 0; count < MOST_LINKS; count++) {
    const target = links.get(now);
    if (target === undefined) return now;
    now = target;
  }
  throw invalid(`${path} in the archive is a link through too many others`);
}

function notImages(what: string): ImageError {
  return new ImageError("WB_IMAGE_INVALID", `this is no archive of images: ${what}`, {
    hint: "wb import makes an image of a root file system's archive",
  });
}

function invalid(message: string): ImageError {
  return new ImageError("WB_IMAGE_INVALID", message);
}
