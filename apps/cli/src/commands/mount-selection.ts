import { readFileSync, realpathSync } from "node:fs";
import type { MountInfo } from "@wb/rootfs";
import { optionsOf, sourceOf } from "./mount-columns.ts";

/** What mounts are looked for; each part that is given must hold. */
export interface MountQuery {
  readonly source?: string;
  /** A path on the mount. */
  readonly target?: string;
  readonly mountpoint?: string;
  readonly types?: string;
  readonly options?: string;
  /** On a device, or not. */
  readonly real?: boolean;
  readonly shadowed?: boolean;
  readonly invert?: boolean;
}

/** The mounts that a query is for, in the order of the table. */
export function selectMounts(mounts: readonly MountInfo[], query: MountQuery): MountInfo[] {
  const tests = testsOf(mounts, query);
  return mounts.filter((mount) => tests.every((test) => test(mount)) !== (query.invert === true));
}

type Test = (mount: MountInfo) => boolean;

function testsOf(mounts: readonly MountInfo[], query: MountQuery): Test[] {
  const { source, target, mountpoint, types, options, real, shadowed } = query;
  return [
    ...(source === undefined ? [] : [hasSource(source)]),
    ...(target === undefined ? [] : [isMountOf(mounts, target)]),
    ...(mountpoint === undefined ? [] : [({ mountPoint }: MountInfo) => mountPoint === canonical(mountpoint)]),
    ...(types === undefined ? [] : [hasType(types)]),
    ...(options === undefined ? [] : [hasOptions(options)]),
    ...(real === undefined ? [] : [isReal(real)]),
    ...(shadowed === true ? [isShadowed(mounts)] : []),
  ];
}

function hasSource(wanted: string): Test {
  const path = wanted.startsWith("/") ? canonical(wanted) : wanted;
  return (mount) =>
    [mount.source, mount.device, sourceOf(mount, { nofsroot: false })].some((one) => one === wanted || one === path);
}

/** The last of the longest mount points above the path: what was mounted later hides what was before. */
function isMountOf(mounts: readonly MountInfo[], path: string): Test {
  const wanted = canonical(path);
  const above = mounts.filter(({ mountPoint: dir }) => dir === "/" || wanted === dir || wanted.startsWith(`${dir}/`));
  const longest = Math.max(...above.map(({ mountPoint }) => mountPoint.length));
  const found = above.findLast(({ mountPoint }) => mountPoint.length === longest);
  return (mount) => mount === found;
}

/** `ext4,tmpfs`, or `noproc,sysfs` for all others. */
function hasType(list: string): Test {
  const excluded = list.startsWith("no");
  const types = new Set((excluded ? list.slice("no".length) : list).split(","));
  return ({ type }) => types.has(type) !== excluded;
}

function hasOptions(list: string): Test {
  const wanted = list.split(",");
  return (mount) => {
    const given = optionsOf(mount).split(",");
    const has = (word: string): boolean => given.some((one) => one === word || one.startsWith(`${word}=`));
    return wanted.every((word) => (has(word) ? true : word.startsWith("no") && !has(word.slice("no".length))));
  };
}

/** filesystems(5) marks with nodev those that need no device; those of a network are real for all that. */
function isReal(wanted: boolean): Test {
  const lines = readFileSync("/proc/filesystems", "utf8").split("\n");
  const pseudo = new Set(
    lines.filter((line) => line.startsWith("nodev\t")).map((line) => line.slice("nodev\t".length)),
  );
  for (const type of ["nfs", "nfs4", "cifs", "smb3", "ceph", "9p", "afs", "btrfs", "zfs"]) pseudo.delete(type);
  return ({ type }) => pseudo.has(type) !== wanted;
}

/** Another one is mounted on its very root. */
function isShadowed(mounts: readonly MountInfo[]): Test {
  return ({ id, mountPoint }) => mounts.some((other) => other.parent === id && other.mountPoint === mountPoint);
}

function canonical(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Nothing is there: then nothing is mounted on it either, in this namespace.
    return path;
  }
}
