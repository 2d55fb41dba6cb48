import { type ApplyLayerOptions, applyLayer } from "./apply-layer.ts";
import { packLayer, type PackLayerOptions } from "./pack-layer.ts";

export interface CopyTreeOptions extends Omit<PackLayerOptions, "compression" | "level"> {
  /** What becomes of whiteouts in the target. Default `remove`. */
  readonly as?: ApplyLayerOptions["whiteouts"];
  /** Whether to give owners. Default: as root. */
  readonly owners?: boolean;
}

/**
 * Copies what is in a directory into another one: what is there of the same name is replaced.
 *
 * Equivalent to `tar -c -C SOURCE . | tar -x -C TARGET`.
 *
 * @throws TarError, SyscallError, Error of Node for what cannot be read
 * @example
 * await copyTree("/srv/root", "/srv/copy", { names: ["etc"] });
 */
export async function copyTree(
  source: string,
  target: string,
  { as = "remove", owners, ...options }: CopyTreeOptions = {},
): Promise<void> {
  const { readable, writable } = new TransformStream<Buffer, Buffer>();
  const writer = writable.getWriter();
  const packing = packLayer(source, (bytes) => writer.write(bytes), { compression: "none", ...options }).then(
    () => writer.close(),
    (error: unknown) => writer.abort(error),
  );
  try {
    await applyLayer(readable, target, { whiteouts: as, ...(owners === undefined ? {} : { owners }) });
  } finally {
    await packing;
  }
}
