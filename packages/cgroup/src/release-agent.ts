import { readlinkSync } from "node:fs";
import { CgroupError } from "./error.ts";
import { type Hierarchy, hierarchyId } from "./layout.ts";
import { readIfPresent } from "./read.ts";
import { writeNow } from "./write-now.ts";

/**
 * The program that the kernel starts, as the host's root, when the last process of a group with `notify_on_release` ended
 * and no group is below it: cgroups(7), "Cgroups v1 release notification" (Linux 2.6.24). Empty: none. Undefined where it
 * does not show: on v2, and where the mount's root is not that of the hierarchy.
 */
export function releaseAgent(hierarchy: Hierarchy): string | undefined {
  return isWhole(hierarchy) ? readIfPresent(fileOf(hierarchy))?.trim() : undefined;
}

/**
 * Sets it, for the whole hierarchy and so for the whole machine. The program is found in the host's own root, and gets the
 * path of the group as its one argument.
 *
 * Whoever can write this file is root of the host. Kernels before 5.17 let root of any user namespace do that
 * (CVE-2022-0492), so that this asks by itself: in a user or cgroup namespace other than the first it is refused on every one.
 *
 * @param program an absolute path, or "" for none
 * @throws CgroupError `WB_CGROUP_CONTROLLER` on v2, and below a hierarchy's root; `WB_CGROUP_LIMIT` for what is no such
 * path; `WB_CGROUP_WRITE` in a container, and for what the kernel refused
 */
export function setReleaseAgent(hierarchy: Hierarchy, program: string): void {
  if (!isWhole(hierarchy))
    throw new CgroupError("WB_CGROUP_CONTROLLER", `${hierarchy.mountpoint} is not the root of a v1 hierarchy`, {
      path: hierarchy.mountpoint,
      value: program,
      hint:
        hierarchy.version === 2
          ? "v2 tells by cgroup.events: events()"
          : "only the whole hierarchy has a release_agent",
    });
  if (program !== "" && (!/^\/[^\0\n]*$/.test(program) || Buffer.byteLength(program) >= PATH_MAX))
    throw new CgroupError("WB_CGROUP_LIMIT", `${JSON.stringify(program)} is no absolute path of a program`, {
      value: program,
    });
  const path = fileOf(hierarchy);
  const contained = FIRST.find(({ kind, inode }) => readlinkSync(`/proc/self/ns/${kind}`) !== `${kind}:[${inode}]`);
  if (contained !== undefined)
    throw new CgroupError(
      "WB_CGROUP_WRITE",
      `the release_agent of ${hierarchyId(hierarchy)} is the host's, and this is another ${contained.kind} namespace`,
      { path, value: program, hint: "set it outside of containers" },
    );
  // The kernel sees no write of nothing.
  writeNow(path, program === "" ? "\n" : program);
}

/** linux/limits.h; the file takes no more. */
const PATH_MAX = 4096;

/** PROC_USER_INIT_INO and PROC_CGROUP_INIT_INO of linux/proc_ns.h. */
const FIRST = [
  { kind: "user", inode: 0xeffffffd },
  { kind: "cgroup", inode: 0xeffffffb },
] as const;

function isWhole({ version, root }: Hierarchy): boolean {
  return version === 1 && root === "/";
}

function fileOf({ mountpoint }: Hierarchy): string {
  return `${mountpoint}/release_agent`;
}
