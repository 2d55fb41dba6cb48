import { ATTRIBUTES, IGNORED, PROPAGATION, SUPERBLOCK } from "./mount-option-words.ts";
import { OPTION_WORDS } from "./mount-options.ts";

/** Every word that `parseMountOptions` knows, in order; what else is in a mount's options is the file system's own. */
export function knownMountOptions(): string[] {
  const attributes = [...ATTRIBUTES.keys()];
  const all = [
    ...attributes,
    ...attributes.map((word) => `r${word}`),
    ...PROPAGATION.keys(),
    ...SUPERBLOCK,
    ...IGNORED,
    ...OPTION_WORDS,
  ];
  return [...new Set(all)].toSorted();
}
