import type { RunFlags } from "../../commands/run-flags.ts";
import { usage } from "../../flags.ts";
import { type RunContext, type RunOptions, runOptions } from "../run-options.ts";
import type { ContainerImage } from "./container-image.ts";

/** What a command line asks for, and the image that it names. */
export interface ContainerOptions {
  readonly options: RunOptions;
  /** Undefined: `--rootfs` names the root. */
  readonly image: ContainerImage | undefined;
}

/**
 * Reads the words of `wb run` and `wb create`: with `--rootfs` they are the command, otherwise the first of them is an image, which is pulled
 * where that is asked for.
 *
 * @throws UserError, ImageError
 */
export async function containerOptions(
  flags: RunFlags,
  words: readonly string[],
  context: Omit<RunContext, "image"> = {},
): Promise<ContainerOptions> {
  if (flags.rootfs !== undefined) return { options: runOptions(flags, words, context), image: undefined };
  const [reference, ...command] = words;
  if (reference === undefined) throw usage("run", "no image was named", "IMAGE [COMMAND], or --rootfs PATH COMMAND");
  const { imageForContainer } = await import("./image-for-container.ts");
  const image = await imageForContainer(reference, flags);
  return { options: runOptions(flags, command, { ...context, image }), image };
}
