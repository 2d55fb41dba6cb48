import { digestOf } from "./blobs.ts";

/** What stands for layers that lie on each other, the lowest first: OCI image-spec, config.md, "Layer ChainID"; `sha256:…`. */
export function chainId(diffIds: readonly string[]): string {
  const [first = digestOf(Buffer.alloc(0)), ...rest] = diffIds;
  return rest.reduce((chain, diffId) => digestOf(Buffer.from(`${chain} ${diffId}`)), first);
}
