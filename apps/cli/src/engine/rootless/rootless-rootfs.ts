import { UserError } from "../../user-error.ts";
import { directoryRootfs, type RootfsSource } from "../rootfs-source.ts";
import { rootlessOverlay } from "./root-overlay.ts";
import type { RootlessIds } from "./rootless-ids.ts";
import { unpackInUserNamespace } from "./unpack.ts";

export interface RootlessRoot {
  readonly path: string;
  readonly kind: "directory" | "archive" | "disk image";
  readonly overlay: boolean;
}

/**
 * The root of a container of an ordinary user: a directory, a copy of it, or a copy of what is in a tar archive.
 *
 * @throws UserError for a disk image
 */
export async function rootlessRootfs({ path, kind, overlay }: RootlessRoot, ids: RootlessIds): Promise<RootfsSource> {
  if (kind === "disk image")
    throw new UserError(`permission denied: mounting the disk image ${path} needs root`, {
      hint: "the kernel lets no user namespace mount a file system of a device; unpack it into a directory or a tar archive",
    });
  const directory = kind === "archive" ? await unpackInUserNamespace(path, ids) : path;
  const source = directoryRootfs(directory, { overlay: false });
  if (kind === "directory" && !overlay) return source;
  return { ...source, mount: (mountpoint) => rootlessOverlay(directory, mountpoint) };
}
