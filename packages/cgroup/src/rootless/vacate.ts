import { existsSync, mkdirSync } from "node:fs";
import { CgroupError } from "../error.ts";
import { readPids } from "../pids.ts";
import { codeOf, isAbsent } from "../read.ts";
import { writeNow } from "../write-now.ts";
import { LEAF } from "./delegated-layout.ts";

/**
 * Moves the processes of a v2 group, this one among them, into a group below it, so that it can pass controllers on: one that
 * has processes itself cannot (the no-internal-process rule of cgroups(7)).
 *
 * @throws CgroupError `WB_CGROUP_WRITE`, `WB_CGROUP_BUSY` when new ones come as fast as they are moved
 */
export function vacate(directory: string): void {
  // The root of the hierarchy is excepted from the rule, and is the one group without this file.
  if (!existsSync(`${directory}/cgroup.events`)) return;
  const leaf = `${directory}/${LEAF}`;
  for (let round = 0; round < ROUNDS; round += 1) {
    const pids = readPids(directory);
    if (pids.length === 0) return;
    mkdirSync(leaf, { recursive: true });
    for (const pid of pids) move(pid, leaf);
  }
  throw new CgroupError("WB_CGROUP_BUSY", `the processes of ${directory} could not all be moved to ${leaf}`, {
    path: directory,
    hint: "start it in a group of its own: systemd-run --user --scope -p Delegate=yes COMMAND",
  });
}

const ROUNDS = 100;

function move(pid: number, leaf: string): void {
  try {
    writeNow(`${leaf}/cgroup.procs`, String(pid));
  } catch (error) {
    // It has ended.
    if (!(error instanceof CgroupError) || !(codeOf(error.cause) === "ESRCH" || isAbsent(error.cause))) throw error;
  }
}
