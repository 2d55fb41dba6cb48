import { ImageError } from "../image-error.ts";
import type { NewLayer } from "../layout/add-layer.ts";
import type { Platform } from "../layout/documents.ts";
import type { Build } from "./build-image.ts";
import type { BuildState } from "./build-state.ts";

/** A stage before its first instruction: an image, or `scratch`. */
export async function beginStage(
  { host }: Pick<Build, "host">,
  base: string,
  platform: Platform | undefined,
): Promise<BuildState> {
  const nothing = { args: new Map(), hasCmd: false };
  if (base === "scratch") return { ...nothing, layers: [], config: {}, history: [], key: "scratch" };
  const { id, document, layers } = await host.image(base, platform);
  const known = layers.map((descriptor, index): NewLayer => {
    const diffId = document.rootfs.diff_ids[index];
    if (diffId === undefined) throw new ImageError("WB_IMAGE_INVALID", `the image ${id} has more layers than diff ids`);
    return { descriptor, diffId };
  });
  const { config = {}, history = [] } = document;
  host.print(` ---> ${id.slice("sha256:".length, "sha256:".length + 12)}`);
  return { ...nothing, layers: known, config, history, key: id };
}
