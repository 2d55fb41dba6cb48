import { beforeEach, expect, vi } from "vitest";
import { type HostState, hostState } from "./host-state.ts";

/** What ends by itself a moment after the process that it belonged to; other programs of the machine have some, too. */
const PASSING = ["cgroups", "namespaces", "run"] as const;

/** Where others make containers meanwhile, what is there afterwards says nothing. */
const isShared = process.env["WB_TEST_SHARED_HOST"] === "1";

/**
 * Compares the host before and after each test of a file: nothing may be left behind, no mount, link or file descriptor may
 * be gone. What the kernel takes apart on its own time has a few seconds for it.
 *
 * @example
 * leavesHostUnchanged();
 * requires("root")("mount() …", () => { … });
 */
export function leavesHostUnchanged(): void {
  beforeEach(({ onTestFinished }) => {
    const before = hostState();
    // After every afterEach() of the file, wherever it stands: what that removes is not left behind.
    onTestFinished(() => hostBecomes(before));
  });
}

/** Waits until the host is as it was; fails with the difference when the time, in ms, is over. */
export async function hostBecomes(
  before: HostState,
  { timeout = 5000 }: { readonly timeout?: number } = {},
): Promise<void> {
  if (isShared) return;
  await vi.waitFor(() => expectUnchanged(before), { timeout, interval: 100 });
}

function expectUnchanged(before: HostState): void {
  const after = hostState();
  const left = PASSING.map((list) => [list, after[list].filter((line) => !before[list].includes(line))]);
  const nothing = PASSING.map((list) => [list, []]);
  expect({ ...after, ...Object.fromEntries(left) }).toEqual({ ...before, ...Object.fromEntries(nothing) });
}
