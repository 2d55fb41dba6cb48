import { fillVolume } from "../../engine/volumes/copy-up/fill-volume.ts";
import { openInImage } from "../../engine/volumes/copy-up/open-in-image.ts";

/**
 * `wb rootless-fill VOLUME ROOT PATH OWNERS`, as root of a user namespace: fills a volume with what is there in a root. Nobody types it.
 */
export async function rootlessFill([
  name = "",
  directory = "",
  path = "",
  owners = "",
]: readonly string[]): Promise<number> {
  using source = openInImage({ directory, fds: {} }, { path, overlay: false });
  // With one id all files are its own.
  const own = owners === "owners" ? {} : { ownerOf: () => ({ uid: 0, gid: 0 }) };
  if (source.fd !== undefined) await fillVolume(name, source.fd, own);
  return 0;
}
