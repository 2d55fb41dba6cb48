import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { archive, chunks, type Entry, output, requires, temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { applyLayer, TarError, type WhiteoutStyle } from "../src/index.ts";
import { whiteoutOf } from "../src/layer/whiteout-name.ts";

const sha256 = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const directory = (name: string): Entry => ({ name, typeflag: "5" });

async function applied(entries: readonly Entry[], whiteouts: WhiteoutStyle, into: string): Promise<void> {
  await applyLayer(chunks(archive(...entries)), into, { whiteouts });
}

/** What find(1) and getfattr(1) say: kinds, names and device numbers, and overlay's attributes. */
function look(root: string): string[] {
  const names = output(["find", ".", "-mindepth", "1", "-printf", "%y %P\n"], { cwd: root }).split("\n");
  const xattrs = output(["getfattr", "-R", "-h", "-m", "overlay", "-d", "."], { cwd: root });
  const found = xattrs.split("\n\n").filter(Boolean);
  return [
    ...names.filter(Boolean),
    ...found.map((text) => text.trim().replace("\n", " ").replace("# file: ", "")),
  ].toSorted();
}

test("whiteoutOf() knows the three kinds of names", () => {
  expect(whiteoutOf("file")).toBeUndefined();
  expect(whiteoutOf("a.wh.b")).toBeUndefined();
  expect(whiteoutOf(".wh.a")).toEqual({ kind: "removed", name: "a" });
  expect(whiteoutOf(".wh..a")).toEqual({ kind: "removed", name: ".a" });
  expect(whiteoutOf(".wh..wh..opq")).toEqual({ kind: "opaque" });
  expect(whiteoutOf(".wh..wh.plnk")).toEqual({ kind: "internal" });
});

describe("applyLayer()", () => {
  for (const [name, compress] of [
    ["plain", (bytes: Buffer) => bytes],
    ["gzip", gzipSync],
    ["zstd", zstdCompressSync],
  ] as const) {
    test(`tells both digests of a layer, ${name}`, async () => {
      using root = temporaryDirectory();
      const tar = archive({ name: "a", content: "hello" }, { name: "b", content: Buffer.alloc(700_000, 7) });
      const bytes = compress(tar);
      const made = await applyLayer(chunks(bytes, 1001), root.path, { whiteouts: "overlay" });
      expect(made).toEqual({ digest: sha256(bytes), diffId: sha256(tar), entries: 2, size: 700_005, opaque: false });
      expect(readFileSync(join(root.path, "a"), "utf8")).toBe("hello");
    });
  }

  requires("root", "command:getfattr")("makes devices 0:0 and opaque directories of whiteouts", async () => {
    using root = temporaryDirectory();
    const entries = [
      directory("d/"),
      { name: "d/.wh..wh..opq" },
      { name: "d/new" },
      { name: ".wh.gone" },
      { name: "e/.wh.far" },
    ];
    await applied(entries, "overlay", root.path);
    expect(look(root.path)).toEqual(
      ["c e/far", "c gone", "d d", 'd d trusted.overlay.opaque="y"', "d e", "f d/new"]
        .map((line) => (line === 'd d trusted.overlay.opaque="y"' ? 'd trusted.overlay.opaque="y"' : line))
        .toSorted(),
    );
    expect(lstatSync(join(root.path, "gone")).rdev).toBe(0);
    expect(lstatSync(join(root.path, "e")).mode & 0o777).toBe(0o755);
  });

  requires("root", "overlay")("makes a layer that hides, in a mounted overlay, what is below it", async () => {
    using base = temporaryDirectory();
    const [lower = "", upper = "", merged = ""] = ["lower", "upper", "merged"].map((name) => join(base.path, name));
    for (const path of [lower, upper, merged]) mkdirSync(path);
    await applied([{ name: "d/a" }, { name: "d/b" }, { name: "e/c" }, { name: "f" }, { name: "g" }], "overlay", lower);
    await applied(
      [{ name: "d/.wh..wh..opq" }, { name: "d/n" }, { name: "e/.wh.c" }, { name: ".wh.f" }],
      "overlay",
      upper,
    );
    const script = 'mount -t overlay -o "lowerdir=$1:$2" overlay "$3" && cd "$3" && find . -type f | sort';
    expect(output(["unshare", "--mount", "sh", "-c", script, "sh", upper, lower, merged])).toBe("./d/n\n./g\n");
  });

  for (const order of ["before", "after"] as const) {
    requires("root", "command:getfattr")(
      `keeps what the layer itself has of a whiteout's name, which comes ${order} it`,
      async () => {
        using root = temporaryDirectory();
        const own = [directory("d"), { name: "d/new" }, { name: "f", content: "new" }];
        const whiteouts = [{ name: ".wh.d" }, { name: ".wh.f" }];
        await applied(order === "before" ? [...own, ...whiteouts] : [...whiteouts, ...own], "overlay", root.path);
        expect(look(root.path)).toEqual(["d d", 'd trusted.overlay.opaque="y"', "f d/new", "f f"].toSorted());
      },
    );
    test(`with "remove", removes what is below and nothing of the layer, which comes ${order}`, async () => {
      using root = temporaryDirectory();
      await applied(
        [{ name: "d/a/old" }, { name: "d/b/old" }, { name: "e/x/old" }, { name: "f" }, { name: "g" }],
        "remove",
        root.path,
      );
      const own = [{ name: "d/b/new" }, { name: "e/x/new" }, { name: "f", content: "new" }];
      const whiteouts = [
        { name: ".wh.d" },
        { name: ".wh.f" },
        { name: ".wh.g" },
        { name: ".wh.none" },
        { name: "e/.wh..wh..opq" },
      ];
      await applied(order === "before" ? [...whiteouts, ...own] : [...own, ...whiteouts], "remove", root.path);
      const files = output(["find", ".", "-type", "f"], { cwd: root.path });
      expect(files.trim().split("\n").toSorted()).toEqual(["./d/b/new", "./e/x/new", "./f"]);
      expect(readFileSync(join(root.path, "f"), "utf8")).toBe("new");
    });
  }

  requires("userns", "command:getfattr")("as an ordinary user makes what an overlay with userxattr wants", async () => {
    using root = temporaryDirectory();
    await applied([{ name: "d/.wh..wh..opq" }, { name: ".wh.f" }], "userxattr", root.path);
    expect(look(root.path)).toEqual(["c f", "d d", 'd user.overlay.opaque="y"'].toSorted());
  });

  test("does not take the marker's own attributes, nor AUFS's files", async () => {
    using root = temporaryDirectory();
    const marker = { name: ".wh.a", pax: { "SCHILY.xattr.user.x": "y" } };
    await applied(
      [marker, directory(".wh..wh.plnk"), { name: ".wh..wh.plnk/1.2" }, { name: ".wh..wh.aufs" }],
      "remove",
      root.path,
    );
    expect(readdirSync(root.path)).toEqual([]);
  });
});

describe("applyLayer() refuses", () => {
  const refused: readonly (readonly [string, readonly Entry[]])[] = [
    ["a whiteout of the parent", [{ name: "d/.wh..." }]],
    ["a whiteout of its own directory", [{ name: "d/.wh.." }]],
    ["a whiteout of no name", [{ name: "d/.wh." }]],
    ["a whiteout in a parent", [{ name: "d/../../.wh.etc" }]],
    ["what is below a whiteout", [directory(".wh.d"), { name: ".wh.d/file" }]],
    ["an opaque marker in a file", [{ name: "f" }, { name: "f/.wh..wh..opq" }]],
    ["a whiteout in a file", [{ name: "f" }, { name: "f/.wh.a" }]],
  ];
  for (const [name, entries] of refused) {
    requires("root")(name, async () => {
      using root = temporaryDirectory();
      await expect(applied(entries, "overlay", root.path)).rejects.toThrow(TarError);
    });
  }

  test("more bytes than its limit, before they are written", async () => {
    using root = temporaryDirectory();
    const bomb = gzipSync(archive({ name: "zeros", content: Buffer.alloc(2 ** 26) }));
    const limited = applyLayer(chunks(bomb), root.path, { whiteouts: "remove", limits: { size: 2 ** 20 } });
    await expect(limited).rejects.toMatchObject({ code: "WB_TAR_TOO_LARGE" });
    const written = Number(output(["du", "-sB1", root.path]).split("\t")[0]);
    expect(written).toBeLessThan(2 ** 21);
  });

  test("a hole that is larger than its limit", async () => {
    using root = temporaryDirectory();
    const hole = {
      name: "hole",
      pax: { "GNU.sparse.map": "0,0", "GNU.sparse.size": "1099511627776", "GNU.sparse.name": "hole" },
    };
    const limited = applyLayer(chunks(archive(hole)), root.path, { whiteouts: "remove", limits: { size: 2 ** 30 } });
    await expect(limited).rejects.toMatchObject({ code: "WB_TAR_TOO_LARGE" });
  });

  test("more entries than its limit", async () => {
    using root = temporaryDirectory();
    const many = Array.from({ length: 100 }, (_, index) => ({ name: `f${index}` }));
    const limited = applyLayer(chunks(archive(...many)), root.path, { whiteouts: "remove", limits: { entries: 99 } });
    await expect(limited).rejects.toMatchObject({ code: "WB_TAR_TOO_LARGE" });
  });
});

describe("applyLayer() touches nothing outside", () => {
  for (const whiteouts of ["overlay", "remove"] as const) {
    requires("root")(`by whiteouts through symbolic links, with ${whiteouts}`, async () => {
      using base = temporaryDirectory();
      const root = join(base.path, "root");
      mkdirSync(join(base.path, "outside"));
      mkdirSync(root);
      writeFileSync(join(base.path, "outside/file"), "kept");
      symlinkSync("../outside", join(root, "link"));
      symlinkSync(join(base.path, "outside"), join(root, "absolute"));
      for (const name of ["link/.wh.file", "absolute/.wh.file", "link/.wh..wh..opq", "absolute/.wh..wh..opq"])
        await applied([{ name }], whiteouts, root).catch((error: unknown) => expect(error).toBeInstanceOf(TarError));
      expect(readdirSync(join(base.path, "outside"))).toEqual(["file"]);
      expect(output(["getfattr", "-m", "-", "-d", join(base.path, "outside")])).toBe("");
    });
  }
});
