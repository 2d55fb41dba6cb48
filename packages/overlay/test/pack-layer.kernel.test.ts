import { createHash } from "node:crypto";
import { once } from "node:events";
import { lutimesSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { describeTree, output, requires, temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import { applyLayer, packLayer } from "../src/index.ts";
import { makeSampleTree } from "./support/sample-tree.ts";

const sha256 = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const XATTRS = ["--xattrs", "--xattrs-include=*"];

const DECOMPRESS = {
  none: (bytes: Buffer): Buffer => bytes,
  gzip: gunzipSync as (bytes: Buffer) => Buffer,
  zstd: zstdDecompressSync as (bytes: Buffer) => Buffer,
};
const compressions = ["none", "gzip", "zstd"] as const;

describe("packLayer()", () => {
  for (const compression of compressions) {
    requires("root", "command:getfattr")(
      `makes an archive of which GNU tar makes the same tree, ${compression}`,
      async () => {
        using base = temporaryDirectory();
        const [tree = "", layer = "", copy = ""] = ["tree", "layer", "copy"].map((name) => join(base.path, name));
        for (const path of [tree, copy]) mkdirSync(path);
        makeSampleTree(tree);
        const { digest, diffId, size } = await packLayer(tree, layer, { compression });
        const bytes = readFileSync(layer);
        const plain = DECOMPRESS[compression](bytes);
        expect({ digest, diffId, size }).toEqual({ digest: sha256(bytes), diffId: sha256(plain), size: bytes.length });
        writeFileSync(layer, plain);
        output(["tar", "--numeric-owner", ...XATTRS, "-xpf", layer, "-C", copy]);
        // The archive says nothing of the directory itself.
        output(["sh", "-c", 'touch -r "$1" "$2" && chmod --reference="$1" "$2"', "sh", tree, copy]);
        expect(describeTree(copy)).toEqual(describeTree(tree));
      },
    );

    test(`makes an archive that the program for it reads, and applyLayer, of more than one block, ${compression}`, async () => {
      using base = temporaryDirectory();
      const [tree = "", layer = "", copy = ""] = ["tree", "layer", "copy"].map((name) => join(base.path, name));
      for (const path of [tree, copy]) mkdirSync(path);
      const text = Buffer.from(Array.from({ length: 1_500_000 }, (_, index) => `${index % 5077}`).join(" "));
      writeFileSync(join(tree, "text"), text);
      writeFileSync(join(tree, "zeros"), "");
      truncateSync(join(tree, "zeros"), 9_000_001);
      const packed = await packLayer(tree, layer, { compression });
      const program = { none: ["cat", layer], gzip: ["gzip", "-dc", layer], zstd: ["zstd", "-dcq", layer] }[
        compression
      ];
      const plain = Buffer.from(output(program), "latin1");
      expect(sha256(plain)).toBe(packed.diffId);
      expect(await applyLayer(layer, copy, { whiteouts: "overlay" })).toMatchObject({
        digest: packed.digest,
        diffId: packed.diffId,
      });
      expect(readFileSync(join(copy, "text")).equals(text)).toBe(true);
    });
  }

  requires("root")("makes equal bytes of equal trees, whatever order they were made in", async () => {
    using base = temporaryDirectory();
    const [one = "", two = ""] = ["one", "two"].map((name) => join(base.path, name));
    mkdirSync(one);
    makeSampleTree(one, { xattrs: false });
    output([
      "sh",
      "-c",
      'mkdir "$2" && cd "$1" && find . -mindepth 1 -print0 | sort -zr | tar -c --format=pax --no-recursion --null -T - | tar -xp -C "$2" && touch -a "$2"/*',
      "sh",
      one,
      two,
    ]);
    const times = { sourceDateEpoch: 1_000_000 } as const;
    expect(await packLayer(two, "/dev/null", times)).toEqual(await packLayer(one, "/dev/null", times));
  });

  test("brings times after SOURCE_DATE_EPOCH back to it, and no others", async () => {
    using base = temporaryDirectory();
    for (const [name, time] of [
      ["old", 1000],
      ["new", 3000],
    ] as const) {
      writeFileSync(join(base.path, name), "");
      lutimesSync(join(base.path, name), time, time);
    }
    const parts: Buffer[] = [];
    await packLayer(base.path, (bytes) => void parts.push(Buffer.from(bytes)), {
      compression: "none",
      sourceDateEpoch: 2000,
    });
    const listed = output(["tar", "-tv", "--full-time", "--utc"], { input: Buffer.concat(parts) });
    expect(listed).toMatch(/00:33:20 new\n.*00:16:40 old/u);
  });

  test("leaves out sockets, and what it is told to", async () => {
    using base = temporaryDirectory();
    mkdirSync(join(base.path, "a"));
    mkdirSync(join(base.path, "ab"));
    writeFileSync(join(base.path, "a/file"), "");
    const server = createServer().listen(join(base.path, "socket"));
    await once(server, "listening");
    const parts: Buffer[] = [];
    const exclude = (path: string): boolean => path === "a";
    await packLayer(base.path, (bytes) => void parts.push(Buffer.from(bytes)), { compression: "none", exclude });
    server.close();
    expect(output(["tar", "-t"], { input: Buffer.concat(parts) })).toBe("ab/\n");
  });

  requires("root", "overlay")(
    "makes a layer of what was changed in an overlay, which brings the same to another",
    async () => {
      using base = temporaryDirectory();
      const names = ["lower", "upper", "work", "merged", "again", "copy"];
      const [lower = "", upper = "", work = "", merged = "", again = "", copy = ""] = names.map((name) =>
        join(base.path, name),
      );
      for (const path of [lower, upper, work, merged, again, copy]) mkdirSync(path);
      const change = `
      mkdir -p "$1"/d/x "$1"/e "$1"/gone && touch "$1"/d/old "$1"/d/x/y "$1"/e/file "$1"/gone/file "$1"/f
      mount -t overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" overlay "$4" && cd "$4"
      rm -r d gone f && mkdir d && echo new > d/new && echo more >> e/file && ln e/file e/hard && touch -d @5 e/file
      mkdir fresh && chmod 1777 fresh
      cp -a "$4"/. "$5"`;
      output(["unshare", "--mount", "sh", "-ec", change, "sh", lower, upper, work, merged, copy]);
      const layer = join(base.path, "layer.tar.gz");
      const packed = await packLayer(upper, layer, { whiteouts: "overlay" });
      expect(output(["tar", "-tzf", layer]).split("\n")).toEqual([
        "d/",
        "d/.wh..wh..opq",
        "d/new",
        "e/",
        "e/file",
        "e/hard",
        ".wh.f",
        "fresh/",
        ".wh.gone",
        "",
      ]);
      await applyLayer(layer, again, { whiteouts: "overlay" });
      const look =
        'mount -t overlay -o "lowerdir=$1:$2" overlay "$3" && cd "$3" && find . -mindepth 1 -printf "%y %P %m %U:%G\\n" | sort';
      const seen = output(["unshare", "--mount", "sh", "-ec", look, "sh", again, lower, merged]);
      expect(seen).toBe(output(["sh", "-c", 'find . -mindepth 1 -printf "%y %P %m %U:%G\\n" | sort'], { cwd: copy }));
      const second = await packLayer(again, "/dev/null", { whiteouts: "overlay" });
      expect(second.diffId).toBe(packed.diffId);
      // A copy of the layers below comes to the same.
      await applyLayer(layer, lower, { whiteouts: "remove" });
      expect(output(["find", ".", "-mindepth", "1"], { cwd: lower }).split("\n").toSorted()).toEqual(
        output(["find", ".", "-mindepth", "1"], { cwd: copy }).split("\n").toSorted(),
      );
    },
  );

  requires("root", "overlay")(
    "refuses what only the layers below can tell, and names of whiteouts that are none",
    async () => {
      using base = temporaryDirectory();
      writeFileSync(join(base.path, ".wh.file"), "");
      await expect(packLayer(base.path, "/dev/null", { whiteouts: "overlay" })).rejects.toThrow(/\.wh\.file/u);
      output(["sh", "-c", "rm .wh.file && mkdir moved && setfattr -n trusted.overlay.redirect -v old moved"], {
        cwd: base.path,
      });
      await expect(packLayer(base.path, "/dev/null", { whiteouts: "overlay" })).rejects.toThrow(/moved.*redirect/u);
    },
  );

  test("tells what its sink fails of", async () => {
    using base = temporaryDirectory();
    writeFileSync(join(base.path, "file"), Buffer.alloc(9_000_000));
    const full = (): void => {
      throw new Error("no room");
    };
    for (const compression of compressions)
      await expect(packLayer(base.path, full, { compression })).rejects.toThrow("no room");
  });
});
