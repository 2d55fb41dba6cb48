import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { archive, requires, temporaryDirectory } from "@wb/testing";
import { describe, expect, test } from "vitest";
import {
  collectGarbage,
  findImage,
  imageHistory,
  imageStore,
  importImage,
  layerDirectories,
  layerSize,
  listImages,
  needImage,
  pruneImages,
  removeImage,
  tagImage,
} from "../src/index.ts";
import { emptyStore, imported, layered, noise, once } from "./support/images.ts";
import { start } from "./support/small-disk.ts";

const rooted = requires("root");
const FILE = { name: "f", content: "x" };
const none = { users: [] } as const;

describe("a store of images", () => {
  test("has names, ids and their beginnings, and history", async () => {
    using store = emptyStore();
    const id = await imported(store, "docker.io/library/base:1", FILE);
    expect(listImages(store).map(({ names }) => names)).toEqual([["docker.io/library/base:1"]]);
    for (const word of ["base:1", "docker.io/library/base:1", id, id.slice(7, 19)])
      expect(needImage(store, word).id).toBe(id);
    for (const word of ["base", "base:2", "other", "ffffffffffff"]) expect(findImage(store, word)).toBeUndefined();
    expect(() => needImage(store, "other")).toThrow("No such image: other:latest");
    expect(imageHistory(needImage(store, id), () => 1)).toMatchObject([
      { id, size: 1, names: ["docker.io/library/base:1"] },
    ]);
  });

  test("an archive is compressed where it was not, and has one diff id however it was", async () => {
    using store = emptyStore();
    const { gzipSync, zstdCompressSync } = await import("node:zlib");
    const tar = archive(noise("f", 100_000));
    for (const bytes of [tar, gzipSync(tar), zstdCompressSync(tar)]) await importImage(store, once(bytes));
    const images = listImages(store);
    expect(new Set(images.flatMap(({ document }) => document.rootfs.diff_ids)).size).toBe(1);
    expect(
      images.flatMap(({ layers }) => layers.map(({ mediaType }) => mediaType.split("+")[1] ?? "")).toSorted(),
    ).toEqual(["gzip", "gzip", "zstd"]);
  });

  test("a name is taken from who had it; with its last name, and by its id, an image goes", async () => {
    using store = emptyStore();
    const [one, two] = [
      await imported(store, "docker.io/library/a:1", FILE),
      await imported(store, undefined, noise("g", 9)),
    ];
    await tagImage(store, two, "a:1");
    expect(listImages(store).map(({ id, names }) => [id, names])).toEqual(
      expect.arrayContaining([
        [two, ["docker.io/library/a:1"]],
        [one, []],
      ]),
    );
    await tagImage(store, "a:1", "b:2");
    expect(await removeImage(store, "b:2", none)).toEqual({ untagged: ["b:2"], deleted: [] });
    await tagImage(store, "a:1", "b:2");
    await expect(removeImage(store, two, none)).rejects.toThrow("image is referenced in multiple repositories");
    const { deleted } = await removeImage(store, two, { ...none, force: true });
    expect(deleted[0]).toBe(two);
    expect(await pruneImages(store, { used: new Set([one]) })).toMatchObject({ deleted: [] });
    expect((await pruneImages(store, { used: new Set() })).deleted[0]).toBe(one);
    expect(readdirSync(join(store.images, "blobs/sha256"))).toEqual([]);
    await expect(tagImage(store, one, "x")).rejects.toMatchObject({ code: "WB_IMAGE_NOT_FOUND" });
  });

  test("a damaged blob is told from a whole one, and an index that is none", async () => {
    using store = emptyStore();
    const id = await imported(store, "docker.io/library/a:1", FILE);
    const path = join(store.images, "blobs/sha256", id.slice("sha256:".length));
    writeFileSync(path, "{}");
    expect(() => listImages(store)).toThrow(/is damaged/u);
    writeFileSync(join(store.images, "index.json"), "[]");
    expect(() => listImages(store)).toThrow(/is no index of images/u);
    rmSync(join(store.images, "oci-layout"));
    expect(() => imageStore(join(store.images, ".."))).not.toThrow();
  });
});

describe("layerDirectories()", () => {
  rooted("unpacks layers once, each for all images, and hides what a layer takes away", async () => {
    using store = emptyStore();
    await layered(store, "docker.io/library/a:1", [[FILE], [{ name: ".wh.f", content: "" }]]);
    await layered(store, "docker.io/library/b:1", [[FILE], [{ name: "g", content: "gg" }]]);
    const [a, b] = ["a:1", "b:1"].map((word) => needImage(store, word));
    const places = await Promise.all([
      layerDirectories(store, a!),
      layerDirectories(store, b!),
      layerDirectories(store, a!),
    ]);
    expect(places[0]).toEqual(places[2]);
    expect(places[0]?.at(-1)).toBe(places[1]?.at(-1));
    expect(readFileSync(join(places[1]?.[0] ?? "", "g"), "utf8")).toBe("gg");
    expect(layerSize(store, b!.document.rootfs.diff_ids[1] ?? "")).toBe(2);
    expect(readdirSync(join(store.layers, "sha256")).filter((name) => name.startsWith("."))).toEqual([]);
  });

  rooted("refuses a layer that is not what the configuration says, and keeps nothing of it", async () => {
    using store = emptyStore();
    await layered(store, "docker.io/library/a:1", [[FILE]]);
    const image = needImage(store, "a:1");
    const document = { ...image.document, rootfs: { type: "layers", diff_ids: [`sha256:${"0".repeat(64)}`] } } as const;
    await expect(layerDirectories(store, { ...image, document })).rejects.toThrow(/uncompressed, and not sha256:000/u);
    expect(readdirSync(join(store.layers, "sha256"))).toEqual([]);
  });
});

describe("killed in the middle", () => {
  rooted("of an import or of unpacking, the next one works, and nothing is left", async () => {
    using directory = temporaryDirectory();
    const store = imageStore(directory.path);
    await layered(store, "docker.io/library/a:1", [[noise("big", 20_000_000)]]);
    const sources = JSON.stringify(join(import.meta.dirname, "../src/index.ts"));
    const at = JSON.stringify(directory.path);
    const steps = [
      `await layerDirectories(store, needImage(store, "a:1"));`,
      `await importImage(store, (async function* () { for (;;) yield Buffer.alloc(2 ** 20); })(), { name: "docker.io/library/b:1" });`,
    ];
    for (const [index, step] of [...steps, ...steps, ...steps].entries()) {
      const program = `import { imageStore, importImage, layerDirectories, needImage } from ${sources}; const store = imageStore(${at}); console.log("ready"); ${step}`;
      const child = start(program);
      await new Promise((resolve) => setTimeout(resolve, 400 + index * 37));
      await child.kill();
      expect(findImage(store, "b:1")).toBeUndefined();
    }
    const [place = ""] = await layerDirectories(store, needImage(store, "a:1"));
    expect(readFileSync(join(place, "big")).length).toBe(20_000_000);
    await collectGarbage(store);
    expect(readdirSync(join(store.layers, "sha256")).length).toBe(1);
    expect(readdirSync(join(store.images, "blobs/sha256")).length).toBe(3);
    await removeImage(store, "a:1", none);
    expect(existsSync(place)).toBe(false);
  });
});
