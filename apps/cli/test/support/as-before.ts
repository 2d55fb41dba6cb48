import { type HostState, hostState } from "@wb/testing";
import { expect } from "vitest";

/**
 * The host is as it was. What the kernel takes apart after the last process of a namespace has ended (mounts, network
 * devices) gets a moment.
 */
export async function isAsBefore(before: HostState): Promise<void> {
  await expect.poll(hostState, { timeout: 10_000, interval: 20 }).toEqual(before);
}
