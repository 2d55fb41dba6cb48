// The first `ip netns add` of a machine makes /run/netns a mount, which stays: before a test looks at the machine it is there.
import { spawnSync } from "node:child_process";

if (process.geteuid?.() === 0) {
  const name = `wb-test-first-${process.pid}`;
  spawnSync("ip", ["netns", "add", name]);
  spawnSync("ip", ["netns", "delete", name]);
}
