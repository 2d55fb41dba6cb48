import { closeSync, openSync, readSync } from "node:fs";
import { type Compression, compressionOf, isTarHeader } from "@wb/overlay";
import { O } from "@wb/syscall";

/** A file system that an image can have. */
export type DiskImageType = "ext4" | "squashfs" | "erofs";

/**
 * What a file holds, by its magic numbers: file(1) for roots.
 * - `archive`: a tar archive, or what is compressed and may be one
 * - `disk image`: a file system, as mkfs(8) makes one
 * - `unusable`: neither; `problem` says what it is, and `hint` what to do about it
 */
export type RootFile =
  | { readonly kind: "archive"; readonly compression: Compression }
  | { readonly kind: "disk image"; readonly type: DiskImageType }
  | { readonly kind: "unusable"; readonly problem: string; readonly hint?: string };

/** How much of a file {@link rootFileOf} looks at. */
const HEAD = 4096;

/** Reads the beginning of a file. @throws Error of Node when it cannot be read */
export function readRootFile(path: string): RootFile {
  const fd = openSync(path, O.RDONLY | O.CLOEXEC | O.NONBLOCK);
  try {
    const head = Buffer.alloc(HEAD);
    return rootFileOf(head.subarray(0, readSync(fd, head, 0, HEAD, 0)));
  } finally {
    closeSync(fd);
  }
}

/** @param head the first 4096 bytes, or all where there are fewer */
export function rootFileOf(head: Buffer): RootFile {
  const compression = compressionOf(head);
  if (compression !== "none") return { kind: "archive", compression };
  if (isTarHeader(head.subarray(0, 512))) return { kind: "archive", compression };
  const found = DISK_IMAGES.find(([, offset, magic]) => has(head, offset, magic));
  if (found !== undefined) return diskImage(head, found[0]);
  const known = UNUSABLE.find(([offset, magic]) => has(head, offset, magic));
  if (known !== undefined) return { kind: "unusable", problem: known[2], hint: known[3] };
  if (head.every((byte) => byte === 0))
    return { kind: "unusable", problem: head.length === 0 ? "it is empty" : "its beginning is zeros" };
  return {
    kind: "unusable",
    problem: "it is neither a tar archive nor an image of an ext4, squashfs or erofs file system",
  };
}

/** Offsets and bytes of the magic numbers: ext4(5), linux/magic.h. */
const DISK_IMAGES: readonly (readonly [DiskImageType, number, readonly number[]])[] = [
  ["ext4", 1080, [0x53, 0xef]],
  ["squashfs", 0, [0x68, 0x73, 0x71, 0x73]],
  ["erofs", 1024, [0xe2, 0xe1, 0xf5, 0xe0]],
];

const MOUNT_PARTITION =
  "losetup --read-only --partscan --find --show IMAGE, mount its /dev/loopNpM with -o ro, and name the directory with :O";

/** A partition table's mark is also in boot sectors of file systems: it comes last. */
const UNUSABLE: readonly (readonly [offset: number, magic: readonly number[], problem: string, hint: string])[] = [
  [0, ascii("QFI\u00fb"), "it is a qcow2 image", "qemu-img convert -O raw IMAGE RAW"],
  [0, ascii("KDMV"), "it is a VMDK image", "qemu-img convert -O raw IMAGE RAW"],
  [0, ascii("conectix"), "it is a VHD image", "qemu-img convert -O raw IMAGE RAW"],
  [0, ascii("XFSB"), "it is an xfs file system", "mount it, and name the directory"],
  [0, ascii("PK\u0003\u0004"), "it is a zip archive", "unpack it, and name the directory"],
  [512, ascii("EFI PART"), "it is a disk with a partition table (GPT)", MOUNT_PARTITION],
  [510, [0x55, 0xaa], "it is a disk with a partition table", MOUNT_PARTITION],
];

/** `s_feature_incompat` of ext4's superblock, and the bit that says that its journal must be replayed. */
const EXT4 = { incompat: 1024 + 0x60, recover: 0x4 } as const;

/** A journal cannot be replayed where nothing may be written: the kernel would refuse to mount it. */
function diskImage(head: Buffer, type: DiskImageType): RootFile {
  if (type === "ext4" && head.length >= EXT4.incompat + 4 && (head.readUInt32LE(EXT4.incompat) & EXT4.recover) !== 0)
    return {
      kind: "unusable",
      problem: "its ext4 file system was not unmounted, or still is mounted",
      hint: "unmount it, or replay its journal: e2fsck -p IMAGE",
    };
  return { kind: "disk image", type };
}

function has(head: Buffer, offset: number, magic: readonly number[]): boolean {
  return magic.every((byte, index) => head[offset + index] === byte);
}

function ascii(text: string): number[] {
  return [...Buffer.from(text, "latin1")];
}
