import type { ArchiveSource } from "../unpack/archive-source.ts";
import { type ArchiveLimits, unpackArchive } from "../unpack/unpack-archive.ts";
import { type WhiteoutStyle, Whiteouts } from "./whiteouts.ts";

export interface ApplyLayerOptions {
  /** What becomes of names `.wh.NAME` and `.wh..wh..opq`. */
  readonly whiteouts: WhiteoutStyle;
  /** Whether to give owners, and extended attributes other than `user.`. Default: as root. */
  readonly owners?: boolean;
  /** Whether to make device nodes and to give `trusted.` attributes, which no user namespace may. Default: true but for `userxattr`. */
  readonly privileged?: boolean;
  /** What the layer may have at most: one with more is refused once that shows. Default: any number of everything. */
  readonly limits?: ArchiveLimits;
}

/** A layer that was applied. */
export interface AppliedLayer {
  /** `sha256:` and the SHA-256 of the bytes as they came, compressed or not: how registries name the layer. */
  readonly digest: string;
  /** `sha256:` and that of the decompressed tar archive: how images name it. */
  readonly diffId: string;
  /** Entries of the archive, whiteouts counted. */
  readonly entries: number;
  /** Bytes of all files, with their holes. */
  readonly size: number;
  /** Whether the layer's own root is opaque: an overlay does not look for that in a layer's root, so the layers below are to be left away. */
  readonly opaque: boolean;
}

/**
 * Applies a layer of an image to a directory: unpacks its tar archive, plain or compressed, with everything that `unpack`
 * guarantees, and makes of its whiteouts what an overlay wants, or removes what they name. The digests are for the caller to
 * compare: where one is wrong, nothing of the directory may be used.
 * https://github.com/opencontainers/image-spec/blob/main/layer.md
 *
 * @param source a path, a file descriptor, or the layer's bytes
 * @param directory an existing one: empty for a layer of an overlay, and with `remove` one that has the layers below
 * @throws TarError for a layer that is broken or goes astray, SyscallError
 * @example
 * await applyLayer("layer.tar.gz", "/var/lib/layers/1", { whiteouts: "overlay" }); // { digest: "sha256:…", … }
 */
export async function applyLayer(
  source: ArchiveSource,
  directory: string,
  options: ApplyLayerOptions,
): Promise<AppliedLayer> {
  const { whiteouts, owners = process.geteuid?.() === 0, privileged = whiteouts !== "userxattr", limits } = options;
  const found = new Whiteouts(whiteouts);
  const { archiveId, diffId, entries, size } = await unpackArchive(source, directory, {
    owners,
    privileged,
    limits,
    whiteouts: found,
    diffId: true,
  });
  return { digest: `sha256:${archiveId}`, diffId: `sha256:${diffId}`, entries, size, opaque: found.isRootOpaque };
}
