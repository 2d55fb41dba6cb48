import type { ImageConfig } from "@wb/image";
import { usage } from "../../flags.ts";

/** What a container runs. */
export interface CommandWords {
  /** With the words of the entrypoint before it. */
  readonly command: readonly [string, ...string[]];
  readonly entrypoint: readonly string[] | undefined;
}

/**
 * The command of `wb run`: what is given stands for that of the image, and what `--entrypoint` says for both of its.
 *
 * @param flag `--entrypoint`; empty for none, not even the image's
 * @throws UserError where there is none
 */
export function commandWords(
  flag: string | undefined,
  words: readonly string[],
  image: Pick<ImageConfig, "Entrypoint" | "Cmd"> | undefined,
): CommandWords {
  const isOwn = flag !== undefined;
  const entrypoint = isOwn ? [flag].filter(Boolean) : (image?.Entrypoint ?? []);
  const rest = words.length > 0 || isOwn ? words : (image?.Cmd ?? []);
  const [file, ...args] = [...entrypoint, ...rest];
  if (file === undefined) throw usage("run", image === undefined ? "no command was given" : "No command specified");
  return { command: [file, ...args], entrypoint: entrypoint.length === 0 ? undefined : entrypoint };
}
