import { archive, chunks, type Entry, entry, GNU } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { byteString } from "../src/tar/byte-string.ts";
import type { TarEntry } from "../src/tar/tar-entry.ts";
import { TarError } from "../src/tar/tar-error.ts";
import { TarReader } from "../src/tar/tar-reader.ts";

async function read(bytes: Buffer, size?: number): Promise<{ entry: TarEntry; content: string }[]> {
  const reader = new TarReader(chunks(bytes, size));
  const all: { entry: TarEntry; content: string }[] = [];
  for (let next = await reader.next(); next !== undefined; next = await reader.next())
    all.push({ entry: next, content: (await reader.content()).toString("latin1") });
  await reader.drain();
  return all;
}

/** A record of 600,019 bytes. */
function longRecord(keyword: string): string {
  return `600019 ${keyword.repeat(10)}=${"x".repeat(600_000)}\n`;
}

async function entries(...given: readonly Entry[]): Promise<TarEntry[]> {
  return (await read(archive(...given))).map((found) => found.entry);
}

const zeros = Buffer.alloc(512);

describe("TarReader", () => {
  test("reads entries with their content, in whatever pieces they come", async () => {
    const bytes = archive(
      { name: "a", content: "one" },
      { name: "b", typeflag: "5" },
      { name: "c", content: "x".repeat(600) },
    );
    for (const size of [1, 7, 512, 513, 100_000]) {
      const found = await read(bytes, size);
      expect(
        found.map(({ entry: { name, type, size: length, offset }, content }) => [
          name,
          type,
          length,
          offset,
          content.length,
        ]),
      ).toEqual([
        ["a", "file", 3, 0, 3],
        ["b", "directory", 0, 1024, 0],
        ["c", "file", 600, 1536, 600],
      ]);
    }
  });

  test("passes over content that nobody reads", async () => {
    const reader = new TarReader(chunks(archive({ name: "a", content: "x".repeat(5000) }, { name: "b" })));
    expect([(await reader.next())?.name, (await reader.next())?.name, await reader.next()]).toEqual([
      "a",
      "b",
      undefined,
    ]);
  });

  test("joins a prefix and a name, but not in GNU's own form, where it is something else", async () => {
    const long = "p".repeat(155);
    expect((await entries({ name: "n".repeat(100), prefix: long }))[0]?.name).toBe(`${long}/${"n".repeat(100)}`);
    expect((await entries({ name: "n", prefix: "123", magic: GNU }))[0]?.name).toBe("n");
    expect((await entries({ name: "n", prefix: "123", magic: "" }))[0]?.name).toBe("n");
  });

  test("takes a regular file with a slash at the end of its name for a directory, as v7 had it", async () => {
    const [v7, ustar] = await entries({ name: "d/", typeflag: "\0", magic: "" }, { name: "d/" });
    expect([v7?.type, ustar?.type]).toEqual(["directory", "directory"]);
  });

  test("takes pax before GNU's long names, and those before the header", async () => {
    const gnu = [
      { name: "././@LongLink", typeflag: "L", content: "long\0" },
      { name: "././@LongLink", typeflag: "K", content: "target\0" },
    ];
    const [one, two, three] = await entries(
      ...gnu,
      { name: "short", typeflag: "2", linkname: "short" },
      ...gnu,
      { name: "short", pax: { path: "pax" } },
      { name: "short" },
    );
    expect([one?.name, one?.linkname, two?.name, two?.linkname, three?.name]).toEqual([
      "long",
      "target",
      "pax",
      "target",
      "short",
    ]);
  });

  test("knows pax's numbers, times and attributes", async () => {
    const value = Buffer.from([0, 10, 255, 61]);
    const pax = {
      uid: "3000000000",
      gid: "7",
      mtime: "-1.25",
      atime: "12.000000001999",
      uname: "nobody",
      "SCHILY.xattr.user.bytes": value,
      "LIBARCHIVE.xattr.user.%62ytes": "AAAA",
      "LIBARCHIVE.xattr.user.a%3Db": "eHl6",
    };
    const [found] = await entries({ name: "f", pax });
    expect(found).toMatchObject({
      uid: 3_000_000_000,
      gid: 7,
      mtime: { sec: -2, nsec: 750_000_000 },
      atime: { sec: 12, nsec: 1 },
    });
    expect(found?.xattrs).toEqual([
      ["user.bytes", value],
      ["user.a=b", Buffer.from("xyz")],
    ]);
  });

  test("lets global headers count until the next one, but not for names and sizes", async () => {
    const globals = (content: string): Entry => ({ name: "g", typeflag: "g", content });
    const found = await entries(
      globals("9 uid=42\n11 mtime=7\n13 path=same\n10 size=0\n"),
      { name: "a", content: "text" },
      { name: "b", pax: { uid: "1" } },
      globals("7 uid=\n"),
      { name: "c" },
    );
    expect(found.map(({ name, uid, size, mtime: { sec } }) => [name, uid, size, sec])).toEqual([
      ["a", 42, 4, 7],
      ["b", 1, 0, 7],
      ["c", 0, 0, 7],
    ]);
  });

  test("reads numbers to the base 256", async () => {
    const big =
      (at: number, bytes: readonly number[]) =>
      (block: Buffer): void =>
        block.set(bytes, at);
    const [uid, past] = await entries(
      { name: "uid", change: big(108, [0x80, 0, 0, 0, 0x77, 0x35, 0x94, 0]) },
      { name: "past", change: big(136, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe]) },
    );
    expect([uid?.uid, past?.mtime]).toEqual([2_000_000_000, { sec: -2, nsec: 0 }]);
  });

  test("keeps names that are no UTF-8 byte for byte", async () => {
    const name = byteString(Buffer.from([0x61, 0xff, 0xfe, 0x62]));
    expect((await entries({ name }))[0]?.name).toBe(name);
  });

  test("gives no content to what has none, whatever its header says", async () => {
    const bytes = Buffer.concat([
      entry({ name: "l", typeflag: "1", linkname: "x", size: 512 }),
      archive({ name: "next" }),
    ]);
    expect((await read(bytes)).map((found) => [found.entry.name, found.entry.size])).toEqual([
      ["l", 0],
      ["next", 0],
    ]);
  });

  test("keeps an extended attribute that is empty", async () => {
    const empty = Buffer.alloc(0);
    const pax = { "SCHILY.xattr.user.a": "", "LIBARCHIVE.xattr.user.b": "" };
    expect((await entries({ name: "f", pax }))[0]?.xattrs).toEqual([
      ["user.a", empty],
      ["user.b", empty],
    ]);
  });

  test("takes no notice of the device number of what is no device", async () => {
    expect((await entries({ name: "f", devmajor: 0o7777777 }))[0]).toMatchObject({ type: "file", devmajor: 0 });
  });

  test("takes one block of zeros at the end for two, and reads what follows", async () => {
    expect(await read(Buffer.concat([entry({ name: "a" }), zeros]))).toHaveLength(1);
    expect(await read(Buffer.concat([archive({ name: "a" }), Buffer.from("anything")]))).toHaveLength(1);
    expect(await read(Buffer.alloc(10_240))).toEqual([]);
  });

  const refusals: readonly (readonly [title: string, bytes: Buffer, message: RegExp, code?: string])[] = [
    ["nothing at all", Buffer.alloc(0), /ends here, without the blocks of zeros/u, "WB_TAR_TRUNCATED"],
    ["no end mark", entry({ name: "a" }), /ends here, without the blocks of zeros/u, "WB_TAR_TRUNCATED"],
    [
      "a header that is cut off",
      archive({ name: "a" }).subarray(0, 500),
      /ends 12 bytes too early/u,
      "WB_TAR_TRUNCATED",
    ],
    [
      "content that is cut off",
      archive({ name: "a", content: "x".repeat(600) }).subarray(0, 1000),
      /"a", at byte 0: the archive ends 112 bytes too early/u,
      "WB_TAR_TRUNCATED",
    ],
    [
      "an extended header that is cut off",
      archive({ name: "a", pax: { path: "b" } }).subarray(0, 700),
      /too early/u,
      "WB_TAR_TRUNCATED",
    ],
    ["a wrong checksum", archive({ name: "a" }).fill("8", 148, 150), /at byte 0: the checksum of its header is wrong/u],
    ["text", Buffer.alloc(2048, "text "), /checksum/u],
    [
      "a block of zeros between entries",
      Buffer.concat([entry({}), zeros, archive({})]),
      /a block of zeros stands between entries/u,
    ],
    ["a size that is no number", archive({ size: "12x4" }), /its field `size` is no number/u],
    ["a negative size", archive({ change: (block) => void block.fill(0xff, 124, 136) }), /its size is -1/u],
    [
      "a size beyond all files",
      archive({ change: (block) => void block.fill(0xff, 124, 136).fill(0xbf, 124, 125) }),
      /`size` is no number/u,
    ],
    ["a negative size of pax", archive({ pax: { size: "-1" } }), /its `size` is no number/u],
    ["a size of pax beyond all files", archive({ pax: { size: "99999999999999999999" } }), /its `size` is no number/u],
    ["a time that is none", archive({ pax: { mtime: "soon" } }), /its `mtime` is no time/u],
    ["an id that chown(2) takes for none", archive({ pax: { gid: "4294967295" } }), /its gid is 4294967295/u],
    ["a device beyond dev_t", archive({ typeflag: "3", devmajor: 4096, devminor: 0 }), /its devmajor is 4096/u],
    ["a type that is not known", archive({ typeflag: "Z" }), /its type "Z" is not known/u],
    ["a part of an archive of several volumes", archive({ typeflag: "M" }), /its type "M" is not known/u],
    ["a directory with content", archive({ name: "d/", content: "text" }), /a directory has content/u],
    [
      "an extended header of more than a MiB",
      archive({ typeflag: "x", size: 2 ** 20 + 1 }),
      /at most 1048576 are read/u,
    ],
    [
      "extended headers of more than a MiB together",
      archive({ typeflag: "g", content: longRecord("a") }, { typeflag: "x", content: longRecord("b") }),
      /1200020 bytes together: at most 1048576 are kept/u,
    ],
    ["a device whose number none has", archive({ typeflag: "3", devmajor: 0o10000 }), /its devmajor is 4096/u],
    ["an extended header of no records", archive({ typeflag: "x", content: "nonsense" }), /no record at its byte 0/u],
    ["a record with a wrong length", archive({ typeflag: "x", content: "7 uid=1\n" }, {}), /no record at its byte/u],
    [
      "a record that is longer than its header",
      archive({ typeflag: "x", content: "99 uid=1\n" }),
      /no record at its byte 0/u,
    ],
    ["a record without a keyword", archive({ typeflag: "x", content: "6 =ab\n" }), /no record at its byte 0/u],
    ["a record of no length", archive({ typeflag: "x", content: "0 a=b\n" }), /no record at its byte 0/u],
  ];

  for (const [title, bytes, message, code = "WB_TAR_INVALID"] of refusals) {
    test(`refuses ${title}`, async () => {
      const refused = await read(bytes).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(TarError);
      expect(refused).toMatchObject({ message: expect.stringMatching(message) as unknown, code });
    });
  }
});

describe("TarReader and sparse files", () => {
  const sparse = (pax: Record<string, string>, content: string): Entry => ({ name: "GNUSparseFile.0/f", content, pax });

  test("reads the map of each form", async () => {
    const map = "2\n10\n3\n100\n4\n".padEnd(512, "\0");
    const one = {
      "GNU.sparse.major": "1",
      "GNU.sparse.minor": "0",
      "GNU.sparse.name": "f",
      "GNU.sparse.realsize": "200",
    };
    const found = await read(
      archive(
        sparse(one, `${map}abcdefg`),
        sparse({ "GNU.sparse.map": "10,3,100,4", "GNU.sparse.size": "200", "GNU.sparse.name": "f" }, "abcdefg"),
        {
          name: "x",
          typeflag: "x",
          content: records(
            "GNU.sparse.size=200",
            "GNU.sparse.offset=10",
            "GNU.sparse.numbytes=3",
            "GNU.sparse.offset=100",
            "GNU.sparse.numbytes=4",
          ),
        },
        { name: "f", content: "abcdefg" },
      ),
    );
    for (const {
      entry: { name, size, stored, extents },
      content,
    } of found)
      expect([name, size, stored, extents, content]).toEqual([
        "f",
        200,
        7,
        [
          { offset: 10, length: 3 },
          { offset: 100, length: 4 },
        ],
        "abcdefg",
      ]);
    expect(found).toHaveLength(3);
  });

  /** Format 0.0 says the same keywords again and again. */
  function records(...texts: readonly string[]): string {
    return texts.map((text) => `${text.length + 4} ${text}\n`).join("");
  }

  const broken: readonly (readonly [title: string, pax: Record<string, string>, content: string])[] = [
    ["a map of overlaps", { "GNU.sparse.map": "10,3,12,4", "GNU.sparse.size": "200" }, "abcdefg"],
    ["a map out of order", { "GNU.sparse.map": "100,3,10,4", "GNU.sparse.size": "200" }, "abcdefg"],
    ["a map beyond the file", { "GNU.sparse.map": "10,3,198,4", "GNU.sparse.size": "200" }, "abcdefg"],
    ["a map of more bytes than there are", { "GNU.sparse.map": "10,3,100,5", "GNU.sparse.size": "200" }, "abcdefg"],
    ["a map of half a pair", { "GNU.sparse.map": "10,3,100", "GNU.sparse.size": "200" }, "abcdefg"],
    ["a map without a size", { "GNU.sparse.map": "10,7" }, "abcdefg"],
    [
      "a map of no numbers",
      { "GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "7" },
      "x".repeat(512),
    ],
    [
      "a version that is not known",
      { "GNU.sparse.major": "2", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "7" },
      "abcdefg",
    ],
  ];

  test.each(broken)("refuses %s", async (_, pax, content) => {
    await expect(read(archive(sparse(pax, content)))).rejects.toThrow("its map of a sparse file is none");
  });
});
