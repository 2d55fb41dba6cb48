import { spawnSync } from "node:child_process";

/**
 * The first `ip netns add` of a machine makes /run/netns a mount, which stays: it is to be there before a test looks at the machine.
 */
export function makeRunNetns(): void {
  if (process.geteuid?.() !== 0) return;
  const name = `wb-test-first-${process.pid}`;
  spawnSync("ip", ["netns", "add", name]);
  spawnSync("ip", ["netns", "delete", name]);
}
