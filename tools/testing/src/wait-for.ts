import { vi } from "vitest";

/**
 * Tries until it does not throw, for longer than a busy machine takes: the kernel takes a network namespace apart long after
 * its last process, and one after the other for all containers.
 */
export function waitFor<T>(attempt: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(attempt, { timeout: 30_000, interval: 10 });
}
