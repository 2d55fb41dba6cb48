import { chownSync, statSync } from "node:fs";
import { checkRange } from "./controller.ts";
import { CgroupError } from "./error.ts";
import type { Layout } from "./layout.ts";
import { type Place, unifiedPlace } from "./place.ts";
import { codeOf, isAbsent, readIfPresent } from "./read.ts";

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Gives a v2 group's directory to a user, and those of its files that the kernel names in /sys/kernel/cgroup/delegate (Linux
 * 4.15): the user makes groups below it and moves processes between them, but cannot change the group's own limits.
 */
export function delegateTo({ uid, gid }: Owner, layout: Layout, places: readonly Place[]): void {
  checkRange("the uid", uid, 0, ID_MAX);
  checkRange("the gid", gid, 0, ID_MAX);
  const directory = unifiedPlace(places)?.directory;
  if (directory === undefined) throw notOnV1(layout);
  const names = (readIfPresent("/sys/kernel/cgroup/delegate") ?? ALWAYS).split("\n").filter((name) => name !== "");
  const paths = [directory, ...names.map((name) => `${directory}/${name}`)];
  const before: (Owner & { readonly path: string })[] = [];
  for (const path of paths) {
    try {
      const { uid: wasUid, gid: wasGid } = statSync(path);
      chownSync(path, uid, gid);
      before.push({ path, uid: wasUid, gid: wasGid });
    } catch (error) {
      // A group without a controller does not have its files.
      if (isAbsent(error) && path !== directory) continue;
      for (const owner of before.toReversed()) chownSync(owner.path, owner.uid, owner.gid);
      throw refused(path, { uid, gid }, error);
    }
  }
}

/** 2³² - 1 is "leave it as it is" of chown(2). */
const ID_MAX = 2 ** 32 - 2;

/** cgroups(7), "Delegating a hierarchy". */
const ALWAYS = "cgroup.procs\ncgroup.subtree_control\ncgroup.threads\n";

function notOnV1({ kind }: Layout): CgroupError {
  return new CgroupError(
    "WB_CGROUP_CONTROLLER",
    `a cgroup can be delegated on cgroup v2 only, and ${kind === "none" ? "no hierarchy is mounted" : "v1 alone is mounted"}`,
    { hint: "v1 would let the user out of the group's limits; mount -t cgroup2 cgroup2 DIRECTORY" },
  );
}

function refused(path: string, { uid, gid }: Owner, cause: unknown): CgroupError {
  if (isAbsent(cause)) return new CgroupError("WB_CGROUP_GONE", `there is no cgroup ${path}`, { path, cause });
  return new CgroupError("WB_CGROUP_WRITE", `cannot give ${path} to ${uid}:${gid}: ${String(codeOf(cause))}`, {
    path,
    value: `${uid}:${gid}`,
    cause,
  });
}
