import {
  address,
  AT_FDCWD,
  call,
  ignoring,
  type Instruction,
  memory,
  MS,
  type Program,
  STATX,
  step,
  value,
} from "@wb/syscall";
import { overlay } from "./overlay.ts";

export interface ThrowAwayOptions {
  /** The most that the changes may take, tmpfs(5): `512m`. Default: half of the memory. */
  readonly size?: string;
}

export interface ThrowAwayOverlay {
  /** What mounts it: for a process in a mount namespace of its own, with which it goes away. */
  readonly steps: Program;
  /** Where the tree is. */
  readonly merged: string;
}

/**
 * A writable copy of a directory whose changes stay in memory and go away with the mount namespace: nothing is copied or
 * downloaded, and nothing has to be cleaned up. With `/` it is a copy of the machine itself.
 *
 * @param lower the directory; mounts below it are not part of the copy
 * @param directory an empty directory outside `lower`'s file system or in it, on which a tmpfs is mounted
 */
export function throwAwayOverlay(lower: string, directory: string, { size }: ThrowAwayOptions = {}): ThrowAwayOverlay {
  const merged = `${directory}/merged`;
  const [upper, work] = [`${directory}/upper`, `${directory}/work`];
  const data = ["mode=0755", ...(size === undefined ? [] : [`size=${size}`])].join(",");
  const layers = step(
    "make room in memory for the changes",
    [
      call("mount", "tmpfs", directory, "tmpfs", MS.NODEV | MS.NOSUID, data),
      ...[upper, work, merged].map((path) => call("mkdirat", AT_FDCWD, path, 0o755)),
      ...likeLower(lower, upper),
    ],
    `mount -t tmpfs -o nodev,nosuid,${data} tmpfs ${directory} && mkdir ${upper} ${work} ${merged} && chown --reference=${lower} ${upper} && chmod --reference=${lower} ${upper}`,
  );
  return { steps: [keepMounts, layers, overlay({ lower: [lower], upper, work, target: merged })], merged };
}

/**
 * Where the root is shared, as systemd has it, the mounts would appear on the host. EINVAL: the root is a chroot's directory,
 * for which `privatePropagation()` of `@wb/rootfs` knows what to do; it comes before these Steps then.
 */
const keepMounts = step(
  "keep mounts to this namespace",
  [ignoring(call("mount", null, "/", null, MS.REC | MS.PRIVATE, null), "EINVAL")],
  "mount --make-rprivate /",
);

/** Offsets in `struct statx`, linux/stat.h. */
const STX = { size: 256, uid: 20, gid: 24, mode: 28 } as const;

/** The root of an overlay has its owner and mode from the upper directory. */
function likeLower(lower: string, upper: string): Instruction[] {
  const field = (offset: number, mask: bigint) => value("lower", offset, mask);
  return [
    memory("lower", STX.size),
    call("statx", AT_FDCWD, lower, 0, STATX.MODE | STATX.UID | STATX.GID, address("lower")),
    call("fchownat", AT_FDCWD, upper, field(STX.uid, 0xffff_ffffn), field(STX.gid, 0xffff_ffffn), 0),
    call("fchmodat", AT_FDCWD, upper, field(STX.mode, 0o7777n)),
  ];
}
