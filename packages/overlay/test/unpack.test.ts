import { createHash } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { archive, chunks, type Entry, temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { unpack } from "../src/index.ts";

async function unpacked(entries: readonly Entry[], directory: string): Promise<void> {
  await unpack(chunks(archive(...entries)), directory, { owners: false });
}

describe("unpack()", () => {
  test("takes a path, a stream, or bytes in whatever pieces", async () => {
    using directory = temporaryDirectory();
    const bytes = archive({ name: "a/b", content: "text" });
    writeFileSync(join(directory.path, "archive"), bytes);
    const sources = [
      join(directory.path, "archive"),
      Readable.from([bytes]),
      chunks(bytes, 1),
      chunks(bytes, 511),
      chunks(bytes, 512),
    ];
    for (const [index, source] of sources.entries()) {
      const target = join(directory.path, `${index}`);
      mkdirSync(target);
      expect(await unpack(source, target, { owners: false })).toEqual({
        archiveId: createHash("sha256").update(bytes).digest("hex"),
        entries: 1,
        size: 4,
      });
      expect(readFileSync(join(target, "a/b"), "utf8")).toBe("text");
    }
  });

  test("gives modes in spite of the umask, also to directories that names imply", async () => {
    using directory = temporaryDirectory();
    const before = process.umask(0o077);
    try {
      await unpacked(
        [
          { name: "implied/file", mode: 0o666 },
          { name: "dir", typeflag: "5", mode: 0o777 },
          { name: "suid", mode: 0o4755 },
        ],
        directory.path,
      );
    } finally {
      process.umask(before);
    }
    const modes = ["implied", "implied/file", "dir", "suid"].map(
      (name) => statSync(join(directory.path, name)).mode & 0o7777,
    );
    expect(modes).toEqual([0o755, 0o666, 0o777, 0o4755]);
  });

  test("gives a directory that forbids it what is in it, and its time", async () => {
    using directory = temporaryDirectory();
    await unpacked(
      [
        { name: "closed/", typeflag: "5", mode: 0, mtime: 1000 },
        { name: "closed/file", mtime: 2000 },
        { name: "closed/below/", typeflag: "5", mode: 0o500, mtime: 3000 },
        { name: "closed/below/file" },
      ],
      directory.path,
    );
    const closed = statSync(join(directory.path, "closed"));
    expect([closed.mode & 0o777, closed.mtimeMs]).toEqual([0, 1_000_000]);
    chmodSync(join(directory.path, "closed"), 0o700);
    expect(statSync(join(directory.path, "closed/below")).mtimeMs).toBe(3_000_000);
    expect(readdirSync(join(directory.path, "closed"))).toEqual(["below", "file"]);
    chmodSync(join(directory.path, "closed/below"), 0o700);
  });

  test("gives the root directory what the archive says of it, under each of its names", async () => {
    for (const name of [".", "./", "", "/", "./."]) {
      using directory = temporaryDirectory();
      await unpacked([{ name, typeflag: "5", mode: 0o750, mtime: 5 }, { name: "x" }], directory.path);
      const { mode, mtimeMs } = statSync(directory.path);
      expect([name, mode & 0o7777, mtimeMs]).toEqual([name, 0o750, 5000]);
    }
  });

  test("lets a later entry of the same name count", async () => {
    using directory = temporaryDirectory();
    await unpacked(
      [
        { name: "file", content: "first", mode: 0o600 },
        { name: "link", typeflag: "2", linkname: "file" },
        { name: "tree/a/b/c", content: "deep" },
        { name: "directory", typeflag: "5", mode: 0o700 },
        { name: "directory/inside", content: "stays" },
        { name: "file", content: "second", mode: 0o640 },
        { name: "link", content: "no link" },
        { name: "tree", content: "no tree" },
        { name: "directory", typeflag: "5", mode: 0o711 },
      ],
      directory.path,
    );
    const read = (name: string): string => readFileSync(join(directory.path, name), "utf8");
    expect(["file", "link", "tree", "directory/inside"].map(read)).toEqual(["second", "no link", "no tree", "stays"]);
    expect(lstatSync(join(directory.path, "link")).isFile()).toBe(true);
    expect(statSync(join(directory.path, "directory")).mode & 0o777).toBe(0o711);
    expect(statSync(join(directory.path, "file")).mode & 0o777).toBe(0o640);
  });

  test("gives a directory its attributes wherever something else had its name before", async () => {
    using directory = temporaryDirectory();
    const late = { typeflag: "5", mode: 0o751, mtime: 7 };
    await unpacked(
      [
        { name: "was-file", content: "x" },
        { ...late, name: "was-file/" },
        { name: "was-both", typeflag: "5", mode: 0o700, mtime: 1 },
        { name: "was-both/inside" },
        { name: "was-both", typeflag: "2", linkname: "/" },
        { ...late, name: "was-both" },
        { name: "late/below", typeflag: "5", mode: 0o700, mtime: 7 },
        { ...late, name: "late", mode: 0o000 },
      ],
      directory.path,
    );
    const found = ["was-file", "was-both", "late"].map((name) => {
      const { mode, mtimeMs } = statSync(join(directory.path, name));
      return [name, mode & 0o777, mtimeMs];
    });
    expect(found).toEqual([
      ["was-file", 0o751, 7000],
      ["was-both", 0o751, 7000],
      ["late", 0, 7000],
    ]);
    chmodSync(join(directory.path, "late"), 0o700);
    expect(statSync(join(directory.path, "late/below")).mtimeMs).toBe(7000);
  });

  test("replaces what is in the directory, and follows no link there", async () => {
    using directory = temporaryDirectory();
    const target = join(directory.path, "target");
    mkdirSync(join(target, "was-directory/below"), { recursive: true });
    writeFileSync(join(directory.path, "outside"), "untouched");
    symlinkSync("../outside", join(target, "was-link"));
    await unpacked(
      [
        { name: "was-directory", content: "file" },
        { name: "was-link", content: "file" },
      ],
      target,
    );
    expect(readFileSync(join(directory.path, "outside"), "utf8")).toBe("untouched");
    expect(readFileSync(join(target, "was-link"), "utf8")).toBe("file");
  });

  test("keeps whiteouts' names as they are", async () => {
    using directory = temporaryDirectory();
    await unpacked([{ name: "a/.wh.file" }, { name: "a/.wh..wh..opq" }], directory.path);
    expect(readdirSync(join(directory.path, "a"))).toEqual([".wh..wh..opq", ".wh.file"]);
  });

  test("makes a link to itself no less than a file", async () => {
    using directory = temporaryDirectory();
    await unpacked(
      [
        { name: "a", content: "kept" },
        { name: "./a", typeflag: "1", linkname: "a" },
      ],
      directory.path,
    );
    expect(readFileSync(join(directory.path, "a"), "utf8")).toBe("kept");
  });

  test("refuses a directory that is none", async () => {
    using directory = temporaryDirectory();
    await expect(unpack(chunks(archive()), join(directory.path, "missing"))).rejects.toThrow("ENOENT");
  });

  test("closes what it opened, whatever happens", async () => {
    using directory = temporaryDirectory();
    const open = (): number => readdirSync("/proc/self/fd").length;
    const before = open();
    const large = Buffer.alloc(2_000_000, "x");
    await unpacked([{ name: "large", content: large }, { name: "a/b" }, { name: "a/b/c" }], directory.path).catch(
      () => {},
    );
    await unpacked([{ name: "l", typeflag: "2", linkname: "l" }, { name: "l/x" }], directory.path).catch(() => {});
    await unpacked([{ name: "h", typeflag: "1", linkname: "nowhere/x" }], directory.path).catch(() => {});
    const cut = archive({ name: "cut", content: large }).subarray(0, 1_500_000);
    await unpack(chunks(cut), directory.path, { owners: false }).catch(() => {});
    expect(open()).toBe(before);
  });
});

test("unpack() resolves links in names inside the directory", async () => {
  using directory = temporaryDirectory();
  await unpacked(
    [
      { name: "usr/bin/", typeflag: "5" },
      { name: "bin", typeflag: "2", linkname: "/usr/bin" },
      { name: "up", typeflag: "2", linkname: "../../../.." },
      { name: "bin/sh", content: "sh" },
      { name: "up/top", content: "top" },
    ],
    directory.path,
  );
  expect(readFileSync(join(directory.path, "usr/bin/sh"), "utf8")).toBe("sh");
  expect(readFileSync(join(directory.path, "top"), "utf8")).toBe("top");
  expect(readlinkSync(join(directory.path, "bin"))).toBe("/usr/bin");
});
