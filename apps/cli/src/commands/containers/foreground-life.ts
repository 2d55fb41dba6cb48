import { claimCidFile, type CidFile } from "../../engine/containers/cid-file.ts";
import type { RunOptions } from "../../engine/run-options.ts";
import type { RunFlags } from "../run-flags.ts";
import { detachedConfig } from "./detached-config.ts";

/**
 * What the flags of a container's life mean for one that ends with its caller: they are checked, and its id is written. The rest is for
 * others who look at it, and nobody can.
 *
 * @throws UserError
 */
export function foregroundLife(flags: RunFlags, options: RunOptions): CidFile {
  return claimCidFile(detachedConfig(flags, { options, image: undefined }).cidFile);
}
