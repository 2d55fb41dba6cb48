import { unpack } from "../unpack/unpack.ts";
import { type ApplyLayerOptions, applyLayer } from "./apply-layer.ts";
import { packLayer, type PackLayerOptions } from "./pack-layer.ts";

export interface CopyTreeOptions extends Omit<PackLayerOptions, "compression" | "level"> {
  /** What becomes in the target of whiteouts, whose form `whiteouts` says: without that, all files are files. Default `remove`. */
  readonly as?: ApplyLayerOptions["whiteouts"];
  /** Whether to give owners. Default: as root. */
  readonly owners?: boolean;
}

/**
 * Copies what is in a directory into another one: what is there of the same name is replaced.
 *
 * Equivalent to `tar -c -C SOURCE . | tar -x -C TARGET`.
 *
 * @returns how many bytes that is as a tar archive
 * @throws TarError, SyscallError, Error of Node for what cannot be read
 * @example
 * await copyTree("/srv/root", "/srv/copy", { names: ["etc"] });
 */
export async function copyTree(
  source: string,
  target: string,
  { as = "remove", owners = process.geteuid?.() === 0, ...options }: CopyTreeOptions = {},
): Promise<number> {
  const { readable, writable } = new TransformStream<Buffer, Buffer>();
  const writer = writable.getWriter();
  const packing = packLayer(source, (bytes) => writer.write(bytes), { ...options, compression: "none" }).then(
    async ({ size }) => {
      await writer.close();
      return size;
    },
    async (error: unknown) => {
      await writer.abort(error);
      throw error;
    },
  );
  const unpacking =
    options.whiteouts === undefined
      ? unpack(readable, target, { owners })
      : applyLayer(readable, target, { whiteouts: as, owners });
  // Whoever fails lets the other one know, and is the one who says why.
  const ended = unpacking.catch(async (error: unknown) => {
    await writer.abort(error).catch(() => {});
    throw error;
  });
  const [unpacked, packed] = await Promise.allSettled([ended, packing]);
  if (unpacked.status === "rejected") throw unpacked.reason;
  if (packed.status === "rejected") throw packed.reason;
  return packed.value;
}
