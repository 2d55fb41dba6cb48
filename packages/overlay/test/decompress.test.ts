import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { constants, gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import { allOf, chunks, requires } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { compressionOf, decompressed } from "../src/tar/decompress.ts";
import { TarError } from "../src/tar/tar-error.ts";

async function decompress(bytes: Buffer, size: number): Promise<Buffer> {
  return allOf(decompressed(chunks(bytes, size)));
}

const text = Buffer.from("some text, and more of it. ".repeat(40_000));
const other = Buffer.from("other");
/** RFC 8878, "Skippable Frames". */
const SKIPPED = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);

const programs = [
  ["xz", "xz", ["-0"], /the xz data ends too early/u],
  ["bzip2", "bzip2", [], /the bzip2 data ends too early/u],
  ["lz4", "lz4", [], /the lz4 data/u],
] as const;

describe("decompressed()", () => {
  const archives: readonly (readonly [string, Buffer, Buffer])[] = [
    ["nothing", Buffer.alloc(0), Buffer.alloc(0)],
    ["a few bytes", other, other],
    ["what is not compressed", text, text],
    ["gzip", gzipSync(text), text],
    ["several members of gzip", Buffer.concat([gzipSync(text), gzipSync(other)]), Buffer.concat([text, other])],
    ["gzip, with zeros after it", Buffer.concat([gzipSync(text), Buffer.alloc(100_000)]), text],
    ["zstd", zstdCompressSync(text), text],
    ["zstd with a frame to skip before and after it", Buffer.concat([SKIPPED, zstdCompressSync(text), SKIPPED]), text],
    [
      "several frames of zstd",
      Buffer.concat([zstdCompressSync(text), zstdCompressSync(other)]),
      Buffer.concat([text, other]),
    ],
  ];

  for (const [title, bytes, expected] of archives) {
    test.each([1, 999, 1_000_000])(`reads ${title}, in pieces of %i bytes`, async (size) => {
      if (size === 1 && bytes.length > 10_000) return;
      expect((await decompress(bytes, size)).equals(expected)).toBe(true);
    });
  }

  const broken: readonly (readonly [string, Buffer, RegExp])[] = [
    ["gzip that is cut off", gzipSync(text).subarray(0, -20), /the gzip data ends too early/u],
    ["zstd that is cut off", zstdCompressSync(text).subarray(0, -20), /the zstd data ends too early/u],
    ["gzip that is changed", gzipSync(text).fill(0xff, 30, 60), /the gzip data cannot be decompressed/u],
    [
      "zstd that is changed",
      zstdCompressSync(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }).fill(0xff, 20, 40),
      /the zstd data cannot be decompressed/u,
    ],
  ];

  test.each(broken)("refuses %s", async (_, bytes, message) => {
    const refused = decompress(bytes, 1000);
    await expect(refused).rejects.toBeInstanceOf(TarError);
    await expect(refused).rejects.toThrow(message);
  });

  for (const [compression, command, argv, problem] of programs) {
    const needed = requires(`command:${command}`);
    needed(`reads ${compression} by its program, in whatever pieces`, async () => {
      const bytes = execFileSync(command, [...argv], { input: text });
      for (const size of [7, 1_000_000]) expect((await decompress(bytes, size)).equals(text)).toBe(true);
      await expect(decompress(bytes.subarray(0, -7), 100)).rejects.toThrow(problem);
      await expect(decompress(Buffer.concat([bytes.subarray(0, 40), Buffer.alloc(5000, "x")]), 100)).rejects.toThrow(
        TarError,
      );
    });
  }

  requires("command:xz")("lets a program go whose bytes nobody wants, and one whose source fails", async () => {
    const bytes = execFileSync("xz", ["-0"], { input: randomBytes(900_000) });
    for await (const chunk of decompressed(chunks(bytes, 100_000))) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    async function* failing(): AsyncGenerator<Buffer> {
      yield bytes.subarray(0, 500_000);
      throw new Error("the network is gone");
    }
    await expect(allOf(decompressed(failing()))).rejects.toThrow("the network is gone");
    expect(spawnSync("pgrep", ["-x", "-P", `${process.pid}`, "xz"]).status).toBe(1);
  });

  test("says which program is missing", async () => {
    const { PATH } = process.env;
    process.env["PATH"] = "/nonexistent";
    try {
      await expect(decompress(Buffer.from("BZh91AY&SY"), 100)).rejects.toMatchObject({
        code: "WB_TAR_UNSUPPORTED",
        message: expect.stringMatching(/compressed with bzip2, and the program for that is missing/u) as unknown,
        hint: expect.stringContaining("install it") as unknown,
      });
    } finally {
      process.env["PATH"] = PATH;
    }
  });

  test("passes on the error of its source", async () => {
    async function* failing(): AsyncGenerator<Buffer> {
      yield gzipSync(text).subarray(0, 100);
      throw new Error("the network is gone");
    }
    await expect(allOf(decompressed(failing()))).rejects.toThrow("the network is gone");
  });

  test("lets go of what nobody reads to its end", async () => {
    for await (const chunk of decompressed(chunks(gzipSync(Buffer.alloc(10_000_000)), 100))) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
  });
});

test("compressionOf() knows the magic numbers", () => {
  expect(gunzipSync(gzipSync(other))).toEqual(other);
  expect([gzipSync(other), zstdCompressSync(other), other, Buffer.alloc(0)].map(compressionOf)).toEqual([
    "gzip",
    "zstd",
    "none",
    "none",
  ]);
});
