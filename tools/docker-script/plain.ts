import { normalise } from "../engines/normalise.ts";

export interface Places {
  /** The directories of the script, docker's and wb's. */
  readonly place: readonly string[];
  /** What stands for the image with wb. */
  readonly image: string;
  /** The temporary directory of both. */
  readonly directory: string;
}

/** Takes out of a text what no two runs have in common, and what the tools call the image and their directories. */
export function plain(text: string, { place, image, directory }: Places): string {
  const named = place.reduce((rest, path) => rest.replaceAll(path, "DIR"), text).replaceAll(image, "busybox");
  return RULES.reduce(
    (rest, [pattern, replacement]) => rest.replaceAll(pattern, replacement),
    normalise(named, { runtime: "runc", place: directory }),
  );
}

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\b(\d+|Less than a|About a|a few) (seconds?|minutes?)( ago)?/gu, "TIME"],
  // Columns are as wide as what is in them.
  [/ {2,}/gu, "  "],
];
