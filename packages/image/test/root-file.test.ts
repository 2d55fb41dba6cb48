import { spawnSync } from "node:child_process";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { archive, output, requires, temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { rootFileOf } from "../src/disk-image/root-file.ts";
import { readRootFile, type RootFile } from "../src/index.ts";

const at = (size: number, ...parts: readonly (readonly [offset: number, bytes: string])[]): Buffer => {
  const head = Buffer.alloc(size);
  for (const [offset, bytes] of parts) head.write(bytes, offset, "latin1");
  return head;
};

describe("rootFileOf()", () => {
  const files: readonly (readonly [title: string, head: Buffer, expected: RootFile | RegExp])[] = [
    ["a tar archive", archive({}), { kind: "archive", compression: "none" }],
    ["a tar archive without a magic number", archive({ magic: "" }), { kind: "archive", compression: "none" }],
    ["gzip", gzipSync("x"), { kind: "archive", compression: "gzip" }],
    ["zstd", zstdCompressSync("x"), { kind: "archive", compression: "zstd" }],
    ["xz", Buffer.from("\u00fd7zXZ\0", "latin1"), { kind: "archive", compression: "xz" }],
    ["ext4", at(4096, [1080, "\u0053\u00ef"]), { kind: "disk image", type: "ext4" }],
    [
      "ext4 with a boot sector",
      at(4096, [510, "\u0055\u00aa"], [1080, "\u0053\u00ef"]),
      { kind: "disk image", type: "ext4" },
    ],
    ["ext4 with a journal to replay", at(4096, [1080, "\u0053\u00ef"], [1024 + 0x60, "\u0004"]), /was not unmounted/u],
    ["squashfs", at(4096, [0, "hsqs"]), { kind: "disk image", type: "squashfs" }],
    ["erofs", at(4096, [1024, "\u00e2\u00e1\u00f5\u00e0"]), { kind: "disk image", type: "erofs" }],
    ["a partitioned disk", at(4096, [510, "\u0055\u00aa"]), /a disk with a partition table/u],
    ["a disk with a GPT", at(4096, [510, "\u0055\u00aa"], [512, "EFI PART"]), /\(GPT\)/u],
    ["qcow2", at(4096, [0, "QFI\u00fb"]), /qcow2/u],
    ["xfs", at(4096, [0, "XFSB"]), /xfs/u],
    ["nothing", Buffer.alloc(0), /it is empty/u],
    ["zeros", Buffer.alloc(4096), /zeros/u],
    ["text", Buffer.from("#!/bin/sh\n"), /neither a tar archive nor an image/u],
  ];

  test.each(files)("knows %s", (_, head, expected) => {
    const found = rootFileOf(head);
    const { problem, ...rest } = { problem: "", ...found };
    expect([expected instanceof RegExp ? expected.test(problem) : rest]).toEqual([
      expected instanceof RegExp ? true : expected,
    ]);
  });
});

describe("readRootFile()", () => {
  const makers: readonly (readonly [command: string, type: string, argv: (image: string, tree: string) => string[]])[] =
    [
      ["mkfs.ext4", "ext4", (image, tree) => ["mkfs.ext4", "-q", "-d", tree, image]],
      ["mkfs.ext2", "ext4", (image, tree) => ["mkfs.ext2", "-q", "-d", tree, image]],
      ["mksquashfs", "squashfs", (image, tree) => ["mksquashfs", tree, image, "-quiet", "-no-progress", "-noappend"]],
      ["mkfs.erofs", "erofs", (image, tree) => ["mkfs.erofs", "--quiet", image, tree]],
    ];

  for (const [command, type, argv] of makers) {
    requires(`command:${command}`)(`knows what ${command} makes`, () => {
      using directory = temporaryDirectory();
      const image = join(directory.path, "image");
      writeFileSync(image, "");
      truncateSync(image, 2 ** 22);
      output(argv(image, import.meta.dirname));
      expect(readRootFile(image)).toEqual({ kind: "disk image", type });
    });
  }

  requires("command:sfdisk")("refuses what sfdisk(8) has divided", () => {
    using directory = temporaryDirectory();
    const image = join(directory.path, "image");
    for (const label of ["dos", "gpt"]) {
      writeFileSync(image, "");
      truncateSync(image, 2 ** 22);
      spawnSync("sfdisk", ["--quiet", image], { input: `label: ${label}\n,1M,L\n` });
      expect(readRootFile(image)).toMatchObject({
        kind: "unusable",
        problem: expect.stringContaining("partition table") as unknown,
      });
    }
  });

  test("says what cannot be read", () => {
    expect(() => readRootFile("/nonexistent")).toThrow("ENOENT");
  });
});
