import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { archive as archiveOf, asNobody, describeTree, output, requires, temporaryDirectory } from "@wb/testing";
import { describe, expect } from "vitest";
import { unpack } from "../src/index.ts";
import { makeSampleTree } from "./support/sample-tree.ts";

const XATTRS = ["--xattrs", "--xattrs-include=*"];
const PAX = ["tar", "--format=pax", ...XATTRS];

/** Programs that write archives. What a form has no room for, or a program leaves out, no unpacker brings back. */
const packers: readonly { name: string; command: string; pack: string[]; keepsAll?: boolean }[] = [
  { name: "GNU tar, pax", command: "tar", pack: [...PAX, "-cf"], keepsAll: true },
  { name: "GNU tar, pax, sparse 1.0", command: "tar", pack: [...PAX, "--sparse", "-cf"], keepsAll: true },
  {
    name: "GNU tar, pax, sparse 0.1",
    command: "tar",
    pack: [...PAX, "--sparse", "--sparse-version=0.1", "-cf"],
    keepsAll: true,
  },
  {
    name: "GNU tar, pax, sparse 0.0",
    command: "tar",
    pack: [...PAX, "--sparse", "--sparse-version=0.0", "-cf"],
    keepsAll: true,
  },
  { name: "GNU tar with gzip", command: "gzip", pack: [...PAX, "-czf"], keepsAll: true },
  { name: "GNU tar with zstd", command: "zstd", pack: [...PAX, "--zstd", "-cf"], keepsAll: true },
  { name: "GNU tar, its own form", command: "tar", pack: ["tar", "--format=gnu", "--sparse", "-cf"] },
  { name: "GNU tar, its old form", command: "tar", pack: ["tar", "--format=oldgnu", "--sparse", "-cf"] },
  { name: "busybox tar", command: "busybox", pack: ["busybox", "tar", "-cf"] },
  { name: "Python's tarfile, pax", command: "python3", pack: ["python3", "-c", python("PAX")] },
  { name: "Python's tarfile, GNU", command: "python3", pack: ["python3", "-c", python("GNU")] },
];

function python(format: string): string {
  return `import sys, tarfile; t = tarfile.open(sys.argv[1], "w", format=tarfile.${format}_FORMAT); t.add(sys.argv[2]); t.close()`;
}

describe("unpack() makes the same tree as GNU tar, with every kind of file, of an archive by", () => {
  for (const { name, command, pack, keepsAll = false } of packers) {
    requires(
      "root",
      "command:getfattr",
      `command:${command}`,
    )(name, async () => {
      using directory = temporaryDirectory();
      const [tree, archive, ours, theirs] = ["tree", "archive", "ours", "theirs"].map((part) =>
        join(directory.path, part),
      );
      for (const path of [tree, ours, theirs]) mkdirSync(path!);
      makeSampleTree(tree!);
      output([...pack, archive!, "."], { cwd: tree! });
      output(["tar", "--numeric-owner", ...XATTRS, "-xpf", archive!, "-C", theirs!]);
      const unpacked = await unpack(archive!, ours!);
      expect(unpacked.archiveId).toBe(output(["sha256sum", archive!]).slice(0, 64));
      const copy = describeTree(ours!);
      expect(copy).toEqual(describeTree(theirs!));
      if (keepsAll) expect(copy).toEqual(describeTree(tree!));
    });
  }
});

// GNU tar is no peer here: it gives directories their times too early in the order that bsdtar writes. And what bsdtar writes
// for a time before 1970 is another time, POSIX says.
requires(
  "root",
  "command:getfattr",
  "command:bsdtar",
)("unpack() makes a tree again from an archive by bsdtar", async () => {
  using directory = temporaryDirectory();
  const [tree, archive, copy] = ["tree", "archive", "copy"].map((part) => join(directory.path, part));
  for (const path of [tree, copy]) mkdirSync(path!);
  makeSampleTree(tree!);
  output(["touch", "-d", "1970-01-01 00:00:01.25 UTC", "bin/empty"], { cwd: tree! });
  output(["bsdtar", "--format=pax", "--xattrs", "-cf", archive!, "."], { cwd: tree! });
  await unpack(archive!, copy!);
  expect(describeTree(copy!)).toEqual(describeTree(tree!));
});

requires("root")("unpack() as an ordinary user cannot make devices, and says which", () => {
  using directory = temporaryDirectory();
  chmodSync(directory.path, 0o777);
  const tar = join(directory.path, "archive.tar");
  writeFileSync(tar, archiveOf({ name: "dev/null", typeflag: "3", devmajor: 1, devminor: 3 }), { mode: 0o644 });
  const code = `
    import { unpack } from ${JSON.stringify(join(import.meta.dirname, "../src/index.ts"))};
    await unpack("${tar}", "${directory.path}").catch((error) => console.log(error.code, error.syscall, error.step));`;
  const options = ["--conditions=wb-source", "--input-type=module-typescript", "--eval", code];
  const { stdout, stderr } = asNobody([process.execPath, ...options], { cwd: import.meta.dirname });
  expect([stdout, stderr]).toEqual(['EPERM mknodat unpack "dev/null" (at byte 0 of the archive)\n', ""]);
});
