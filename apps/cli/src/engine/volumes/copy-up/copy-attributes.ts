import type { BigIntStats } from "node:fs";
import {
  address,
  call,
  ignoring,
  type Instruction,
  into,
  memory,
  type Program,
  run,
  step,
  timespec,
  value,
} from "@wb/syscall";

/** What of stat(2) a copy has. */
export interface Attributes {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  /** The kernel's number of a device. */
  readonly rdev: number;
  /** Nanoseconds since 1970. */
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
}

export type OwnerOf = (owner: { readonly uid: number; readonly gid: number }) => {
  readonly uid: number;
  readonly gid: number;
};

export function owned({ uid, gid, mode, rdev, atimeNs, mtimeNs }: BigIntStats, ownerOf?: OwnerOf): Attributes {
  const owner = { uid: Number(uid), gid: Number(gid) };
  return { ...(ownerOf?.(owner) ?? owner), mode: Number(mode), rdev: Number(rdev), atimeNs, mtimeNs };
}

/** Gives an open file the owner, the mode, the extended attributes and the times of another one. */
export function copyAttributes(from: number, to: number, stat: Attributes): void {
  run([
    step("the same owner and mode", ownerAndMode(to, stat)),
    ...sameXattrs({ from, to, names: xattrNames(from) }),
    step("the same times", [call("utimensat", to, null, timesOf(stat), 0)]),
  ]);
}

/** The mode after the owner: chown(2) takes set-user-ID away, and file capabilities, which come later. */
function ownerAndMode(fd: number, { uid, gid, mode }: Attributes): Instruction[] {
  return [call("fchown", fd, uid, gid), call("fchmod", fd, mode & 0o7777)];
}

/** Of access and of change, for utimensat(2). */
export function timesOf({ atimeNs, mtimeNs }: Attributes): Buffer {
  return Buffer.concat(
    [atimeNs, mtimeNs].map((time) => {
      // Before 1970 nanoseconds count forward, too.
      const nsec = ((time % SECOND) + SECOND) % SECOND;
      return timespec.encode({ tv_sec: (time - nsec) / SECOND, tv_nsec: nsec });
    }),
  );
}

const SECOND = 1_000_000_000n;

/** The extended attributes of an open file, but those of the overlay that it may be a layer of, and of a security module's policy. */
function xattrNames(fd: number): string[] {
  const list = call("flistxattr", fd, address("names"), LIST_SIZE);
  const made = run([
    step("list the extended attributes", [memory("names", LIST_SIZE), into("length", ignoring(list, "EOPNOTSUPP"))]),
  ]);
  const length = made.number("length");
  return length <= 0 ? [] : namesIn(made.bytes("names", length));
}

/** xattr(7): at most 64 KiB of names, and as much of each content. */
const LIST_SIZE = 65_536;

export function namesIn(list: Buffer): string[] {
  return list
    .toString("latin1")
    .split("\0")
    .filter((name) => name !== "" && !name.startsWith("trusted.overlay.") && name !== "security.selinux");
}

/** What the file system of the copy has no room for by kind is left out, as docker does: EOPNOTSUPP. */
function sameXattrs({
  from,
  to,
  names,
}: {
  readonly from: number;
  readonly to: number;
  readonly names: readonly string[];
}): Program {
  if (names.length === 0) return [];
  const content = address("content");
  const body = names.flatMap((name): Instruction[] => {
    const text = Buffer.from(`${name}\0`, "latin1");
    return [
      into("size", call("fgetxattr", from, text, content, LIST_SIZE)),
      ignoring(call("fsetxattr", to, text, content, value("size"), 0), "EOPNOTSUPP"),
    ];
  });
  return [step("the same extended attributes", [memory("content", LIST_SIZE), ...body])];
}
