import { type HostState, hostBecomes } from "@wb/testing";

/**
 * The host is as it was. What the kernel takes apart after the last process of a namespace has ended (mounts, network
 * devices) gets a moment.
 */
export async function isAsBefore(before: HostState): Promise<void> {
  await hostBecomes(before, { timeout: 10_000 });
}
