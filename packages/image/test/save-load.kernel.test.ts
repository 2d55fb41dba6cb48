import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { archive, describeTree, type Entry, output, requires, temporaryDirectory, waitFor } from "@wb/testing";
import { describe, expect, test } from "vitest";
import {
  collectGarbage,
  findImage,
  type ImageStore,
  imageStore,
  importImage,
  layerDirectories,
  listImages,
  loadImages,
  needImage,
  removeImage,
  saveImages,
  tagImage,
} from "../src/index.ts";
import { configOf, digest, dockerArchiveOf, LAYER, ociArchiveOf } from "./support/archives.ts";
import { withDockerd } from "./support/dockerd.ts";
import { onSmallDisk, start } from "./support/small-disk.ts";

interface Scene extends Disposable {
  readonly path: string;
  readonly store: ImageStore;
  readonly other: ImageStore;
}

function scene(): Scene {
  const directory = temporaryDirectory("wb-save-");
  return {
    path: directory.path,
    store: imageStore(join(directory.path, "one")),
    other: imageStore(join(directory.path, "two")),
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  };
}

async function* bytes(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

async function saved(store: ImageStore, ...words: readonly string[]): Promise<Buffer> {
  const parts: Buffer[] = [];
  await saveImages(store, words, (part) => void parts.push(Buffer.from(part)));
  return Buffer.concat(parts);
}

const names = (store: ImageStore): string[] => listImages(store).flatMap((image) => image.names);
const blobs = (store: ImageStore): string[] => readdirSync(join(store.images, "blobs/sha256"));

const FILES = { name: "etc/hostname", content: "box" };
const box = (store: ImageStore, name = "docker.io/library/box:1", ...more: readonly Entry[]): Promise<string> =>
  importImage(store, bytes(archive(FILES, ...more)), { name, config: { Cmd: ["cat", "/etc/hostname"], Env: ["A=b"] } });

describe("saveImages()", () => {
  test("writes what loadImages() reads: the same images, by the same names, with the same manifests", async () => {
    using at = scene();
    const id = await box(at.store);
    await tagImage(at.store, "box:1", "example.com:5000/x/box:2");
    const tar = await saved(at.store, "box:1", "example.com:5000/x/box");
    expect(await loadImages(at.other, bytes(tar))).toEqual({
      images: [{ id, names: ["box:1", "example.com:5000/x/box:2"] }],
      replaced: [],
    });
    const { manifest: before, ...one } = needImage(at.store, id);
    const { manifest: after, ...two } = needImage(at.other, id);
    expect(two).toEqual(one);
    expect(after).toMatchObject(before);
    expect(blobs(at.other).toSorted()).toEqual(blobs(at.store).toSorted());
    expect(await saved(at.other, "box:1", "example.com:5000/x/box")).toEqual(tar);
  });

  test("has what several images share once, and nothing of its own time or order", async () => {
    using at = scene();
    await box(at.store);
    await importImage(at.store, bytes(archive(FILES)), { name: "docker.io/library/same:1", config: { Cmd: ["true"] } });
    const tar = join(at.path, "two.tar");
    writeFileSync(tar, await saved(at.store, "box:1", "same:1"));
    const listed = output(["tar", "--full-time", "-tvf", tar]).trimEnd().split("\n");
    expect(listed.every((line) => / 0\/0 .* 1970-01-01 00:00:00 /.test(line))).toBe(true);
    const paths = output(["tar", "-tf", tar]).trimEnd().split("\n");
    expect(new Set(paths).size).toBe(paths.length);
    // One layer, two configurations, two manifests.
    expect(paths.filter((path) => /^blobs\/sha256\/./.test(path))).toHaveLength(5);
    const items = JSON.parse(output(["tar", "-xOf", tar, "manifest.json"])) as {
      Layers: string[];
      RepoTags: string[];
    }[];
    expect(items.map(({ RepoTags }) => RepoTags)).toEqual([["box:1"], ["same:1"]]);
    expect(items[0]?.Layers).toEqual(items[1]?.Layers);
    expect(await saved(at.store, "box:1", "same:1")).toEqual(readFileSync(tar));
  });

  test("takes a repository for all of its tags, and an id for an image without a name", async () => {
    using at = scene();
    const id = await box(at.store);
    const other = await box(at.store, "docker.io/library/box:2", { name: "more", content: "x" });
    await tagImage(at.store, "box:1", "box/y:3");
    const { images } = await loadImages(at.other, bytes(await saved(at.store, "box")));
    expect(images.toSorted((a, b) => (a.names[0] ?? "").localeCompare(b.names[0] ?? ""))).toEqual([
      { id, names: ["box:1"] },
      { id: other, names: ["box:2"] },
    ]);
    await removeImage(at.other, "box:1", { users: [] });
    await removeImage(at.other, "box:2", { users: [] });
    expect(await loadImages(at.other, bytes(await saved(at.store, id.slice(7, 19))))).toMatchObject({
      images: [{ id, names: [] }],
    });
    expect(names(at.other)).toEqual([]);
    expect(findImage(at.other, id)?.id).toBe(id);
  });

  test("does not keep others from removing what it writes", async () => {
    using at = scene();
    await box(at.store);
    const whole = await saved(at.store, "box:1");
    const parts: Buffer[] = [];
    let left: unknown;
    await saveImages(at.store, ["box:1"], async (part) => {
      if (parts.length === 1) {
        await removeImage(at.store, "box:1", { users: [] });
        left = blobs(at.store);
      }
      parts.push(Buffer.from(part));
    });
    expect(left).toEqual([]);
    expect(Buffer.concat(parts)).toEqual(whole);
  });

  test("writes nothing for a name that there is not, and does not end where the store is damaged", async () => {
    using at = scene();
    const id = await box(at.store);
    const written: number[] = [];
    const count = (part: Uint8Array): void => void written.push(part.length);
    await expect(saveImages(at.store, ["box:1", "nope"], count)).rejects.toThrow("No such image: nope:latest");
    expect(written).toEqual([]);
    const layer = needImage(at.store, id).layers[0]!;
    const path = join(at.store.images, "blobs/sha256", layer.digest.slice(7));
    const whole = readFileSync(path);
    for (const damaged of [Buffer.alloc(whole.length), whole.subarray(1), Buffer.concat([whole, whole])]) {
      writeFileSync(path, damaged);
      await expect(saved(at.store, "box:1")).rejects.toMatchObject({
        code: "WB_IMAGE_INVALID",
        message: `the blob ${layer.digest} of the store is damaged or missing`,
      });
    }
  });
});

describe("loadImages() reads", () => {
  test.for([
    ["plain", (tar: Buffer) => tar],
    ["gzip", gzipSync],
    ["zstd", zstdCompressSync],
    ["xz", (tar: Buffer) => execFileSync("xz", ["-c"], { input: tar })],
    ["bzip2", (tar: Buffer) => execFileSync("bzip2", ["-c"], { input: tar })],
  ] as const)("an archive that is compressed: %s", async ([, compress]) => {
    using at = scene();
    const tar = compress(dockerArchiveOf());
    // As a pipe has it.
    const parts = Array.from({ length: Math.ceil(tar.length / 700) }, (_, n) => tar.subarray(700 * n, 700 * (n + 1)));
    expect(await loadImages(at.store, bytes(...parts))).toMatchObject({ images: [{ names: ["box:1"] }] });
    const path = join(at.path, "a");
    writeFileSync(path, tar);
    await loadImages(at.other, path);
    expect(names(at.other)).toEqual(["docker.io/library/box:1"]);
    const [directory = ""] = await layerDirectories(at.other, needImage(at.other, "box:1"));
    expect(readFileSync(join(directory, "hello"), "utf8")).toBe("world");
  });

  test.for([
    ["gzip", gzipSync, "gzip"],
    ["zstd", zstdCompressSync, "zstd"],
    ["bzip2", (tar: Buffer) => execFileSync("bzip2", ["-c"], { input: tar }), "gzip"],
  ] as const)("layers that are compressed: %s", async ([, compress, kept]) => {
    using at = scene();
    await loadImages(at.store, bytes(dockerArchiveOf({ layers: [{ name: "l.tar", content: compress(LAYER) }] })));
    const image = needImage(at.store, "box:1");
    expect(image.layers.map(({ mediaType }) => mediaType.split("+")[1])).toEqual([kept]);
    const [directory = ""] = await layerDirectories(at.store, image);
    expect(readFileSync(join(directory, "hello"), "utf8")).toBe("world");
    // For docker 20.10, which has no zstd, they are in it decompressed, too.
    const tar = join(at.path, "a.tar");
    writeFileSync(tar, await saved(at.store, "box:1"));
    const [{ Layers: layers }] = JSON.parse(output(["tar", "-xOf", tar, "manifest.json"])) as [{ Layers: string[] }];
    expect(layers).toEqual([`blobs/sha256/${(kept === "zstd" ? digest(LAYER) : image.layers[0]!.digest).slice(7)}`]);
    await loadImages(at.other, tar);
    expect(needImage(at.other, "box:1").layers).toEqual(image.layers.map((layer) => expect.objectContaining(layer)));
  });

  test("layers that are links to others, before and behind these", async () => {
    using at = scene();
    const config = configOf([LAYER, LAYER, LAYER, LAYER]);
    const layers = [
      { name: "./two/layer.tar", typeflag: "2", linkname: "../one/layer.tar" },
      { name: "one/layer.tar", content: LAYER },
      { name: "three/layer.tar", typeflag: "1", linkname: "one/layer.tar" },
      { name: "four/layer.tar", typeflag: "2", linkname: "../two/layer.tar" },
    ];
    const paths = ["one", "two", "three", "four"].map((name) => `${name}/layer.tar`);
    await loadImages(at.store, bytes(dockerArchiveOf({ config, layers, paths })));
    expect(needImage(at.store, "box:1").layers.map((layer) => layer.digest)).toEqual(Array(4).fill(digest(LAYER)));
    expect(blobs(at.store)).toHaveLength(3);
  });

  test("names as docker, containerd, podman and skopeo write them", async () => {
    const ref = "org.opencontainers.image.ref.name";
    for (const [annotations, name] of [
      [{ [ref]: "1.36", "io.containerd.image.name": "quay.io/a/b:1.36" }, "quay.io/a/b:1.36"],
      [{ [ref]: "localhost/box:2" }, "localhost/box:2"],
      [{ [ref]: "box" }, "docker.io/library/box:latest"],
      [{ [ref]: "latest" }, undefined],
      [{ [ref]: "1.36" }, undefined],
      [{}, undefined],
    ] as const) {
      using at = scene();
      await loadImages(at.store, bytes(ociArchiveOf({ annotations })));
      expect(names(at.store)).toEqual(name === undefined ? [] : [name]);
      expect(listImages(at.store)).toHaveLength(1);
    }
  });

  test("from an index the image for this machine, without what says how it was built", async () => {
    using at = scene();
    const whole = join(at.path, "layout");
    mkdirSync(whole);
    const tar = ociArchiveOf();
    execFileSync("tar", ["-x", "-C", whole], { input: tar });
    const [inner] = (JSON.parse(readFileSync(join(whole, "index.json"), "utf8")) as { manifests: object[] }).manifests;
    const here = { x64: "amd64", arm64: "arm64" }[process.arch as "x64"];
    const missing = { mediaType: "application/vnd.oci.image.manifest.v1+json", digest: digest("missing"), size: 7 };
    const nestedOf = (platform: string) =>
      JSON.stringify({
        schemaVersion: 2,
        manifests: [
          { ...missing, platform: { os: "linux", architecture: here } },
          { ...inner, platform: { os: "linux", architecture: platform } },
        ],
      });
    // docker has the index as it was pulled, also where the one image that it has is for another machine.
    const foreign = nestedOf("s390x");
    const nested = JSON.stringify({
      schemaVersion: 2,
      manifests: [
        { ...missing, platform: { os: "linux", architecture: "s390x" } },
        { ...inner, platform: { os: "linux", architecture: here } },
        {
          ...missing,
          platform: { os: "unknown", architecture: "unknown" },
          annotations: { "vnd.docker.reference.type": "attestation-manifest" },
        },
      ],
    });
    const descriptors = Object.entries({ multi: nested, foreign }).map(([name, text]) => {
      writeFileSync(join(whole, "blobs/sha256", digest(text).slice(7)), text);
      const mediaType = "application/vnd.oci.image.index.v1+json";
      const annotations = { "io.containerd.image.name": `docker.io/library/${name}:1` };
      return { mediaType, digest: digest(text), size: text.length, annotations };
    });
    writeFileSync(join(whole, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: descriptors }));
    await loadImages(at.store, bytes(execFileSync("tar", ["-c", "-C", whole, "."])));
    for (const name of ["multi:1", "foreign:1"]) expect(needImage(at.store, name).id).toBe(digest(configOf([LAYER])));
  });

  test("an image that is there already, without a second copy, and says which one loses its name", async () => {
    using at = scene();
    const before = await box(at.store);
    const { images, replaced } = await loadImages(at.store, bytes(dockerArchiveOf()));
    expect(replaced).toEqual([{ name: "box:1", id: before }]);
    expect(findImage(at.store, before)?.names).toEqual([]);
    const count = blobs(at.store).length;
    expect(await loadImages(at.store, bytes(dockerArchiveOf({ tags: ["box:2"] })))).toMatchObject({ replaced: [] });
    expect(blobs(at.store)).toHaveLength(count);
    expect(needImage(at.store, images[0]!.id).names).toHaveLength(2);
  });
});

describe("loadImages() refuses, and leaves nothing of", () => {
  const link = (name: string, linkname: string) => ({ name, linkname, typeflag: "2" });
  const broken = (change: object): string => configOf([LAYER], change);
  const huge = `[${" ".repeat(9 * 2 ** 20)}]`;
  const cases: readonly (readonly [string, Buffer, RegExp])[] = [
    ["nothing", Buffer.alloc(0), /ends here/],
    ["what is no archive", Buffer.from("hello".repeat(1000)), /the archive's entry/],
    ["an archive without images", archive(FILES), /neither index\.json nor manifest\.json/],
    ["an archive that is cut off", dockerArchiveOf().subarray(0, 2048), /ends|too early/],
    ["a name that leads out", dockerArchiveOf({ more: [{ name: "../../etc/passwd", content: "x" }] }), /"\.\."/],
    [
      "a config that leads out",
      dockerArchiveOf({ manifest: '[{"Config":"../../../etc/passwd","Layers":[]}]' }),
      /has no/,
    ],
    [
      "an absolute config",
      dockerArchiveOf({ manifest: '[{"Config":"/etc/passwd","Layers":[]}]' }),
      /has no \/etc\/passwd/,
    ],
    ["a link that leads out", dockerArchiveOf({ more: [link("x", "../../etc/passwd")] }), /outside of it/],
    [
      "a config that is a link to a file of this machine",
      dockerArchiveOf({ manifest: '[{"Config":"c","Layers":[]}]', more: [link("c", "/etc/passwd")] }),
      /has no c/,
    ],
    ["links in a circle", dockerArchiveOf({ paths: ["a"], more: [link("a", "b"), link("b", "a")] }), /too many/],
    [
      "a device",
      dockerArchiveOf({ more: [{ name: "d", typeflag: "3", devmajor: 1, devminor: 3 }] }),
      /character-device/,
    ],
    ["a fifo", dockerArchiveOf({ more: [{ name: "f", typeflag: "6" }] }), /fifo/],
    ["one path twice", dockerArchiveOf({ more: [{ name: "./one/layer.tar", content: "other" }] }), /twice/],
    ["a path that is a file and a link", dockerArchiveOf({ more: [link("one/layer.tar", "x")] }), /twice/],
    ["a list that is no JSON", dockerArchiveOf({ manifest: "{" }), /no JSON/],
    ["a list that is none", dockerArchiveOf({ manifest: "{}" }), /no list/],
    ["an empty list", dockerArchiveOf({ manifest: "[]" }), /no images/],
    ["null for an image", dockerArchiveOf({ manifest: "[null]" }), /no Config/],
    ["a huge list", dockerArchiveOf({ manifest: huge }), /at most/],
    ["a huge configuration", dockerArchiveOf({ config: huge }), /at most/],
    ["JSON that lies deep in itself", dockerArchiveOf({ manifest: "[".repeat(2 ** 20) }), /no JSON/],
    ["names that are none", dockerArchiveOf({ tags: ["Box:1"] }), /must be lowercase/],
    ["names that are no strings", dockerArchiveOf({ tags: [1] }), /RepoTags/],
    ["a missing layer", dockerArchiveOf({ paths: ["two/layer.tar"] }), /has no two\/layer\.tar/],
    ["too few layers", dockerArchiveOf({ paths: [] }), /layers length mismatch: expected 1, got 0/],
    [
      "another layer",
      dockerArchiveOf({ layers: [{ name: "l", content: archive(FILES) }] }),
      /invalid diffID for layer 0/,
    ],
    [
      "another layer, compressed",
      dockerArchiveOf({ layers: [{ name: "l", content: gzipSync(archive(FILES)) }] }),
      /invalid diffID/,
    ],
    [
      "a layer whose compression is broken",
      dockerArchiveOf({ layers: [{ name: "l", content: gzipSync(LAYER).subarray(0, -12) }] }),
      /gzip data/,
    ],
    [
      "a configuration for another system",
      dockerArchiveOf({ config: broken({ os: "windows" }) }),
      /windows image on linux/,
    ],
    ["a configuration without layers", dockerArchiveOf({ config: broken({ rootfs: {} }) }), /rootfs\.diff_ids/],
    ["a configuration of other types", dockerArchiveOf({ config: broken({ config: { Env: 5 } }) }), /config\.Env/],
    [
      "a history of other types",
      dockerArchiveOf({ config: broken({ history: [{ created_by: [] }] }) }),
      /history\.created_by/,
    ],
    ["a missing layer of a layout", ociArchiveOf({ without: "layer" }), /has no blobs/],
    ["a missing configuration", ociArchiveOf({ without: "config" }), /has no blobs/],
    ["a missing manifest", ociArchiveOf({ without: "manifest" }), /has no blobs/],
    [
      "other bytes under a blob's name",
      ociArchiveOf({ without: "layer", more: [{ name: `blobs/sha256/${digest(LAYER).slice(7)}`, content: "x" }] }),
      /digest verification failed/,
    ],
    ["a layer that the configuration does not have", ociArchiveOf({ layer: archive(FILES) }), /invalid diffID/],
    ["another size", ociArchiveOf({ descriptor: { size: 3 } }), /bytes, and not 3/],
    ["a digest that leads out", ociArchiveOf({ descriptor: { digest: "sha256:../../x" } }), /without a SHA-256 digest/],
    [
      "another kind of digest",
      ociArchiveOf({ descriptor: { digest: `sha512:${"a".repeat(128)}` } }),
      /without a SHA-256 digest/,
    ],
    ["what is no image", ociArchiveOf({ descriptor: { mediaType: "application/x" } }), /no image/],
    ["an index that is none", ociArchiveOf({ index: "[]" }), /no index/],
    ["an empty index", ociArchiveOf({ index: '{"manifests":[]}' }), /no images/],
    [
      "a name of an image that is none",
      ociArchiveOf({ annotations: { "io.containerd.image.name": "a b" } }),
      /invalid reference/,
    ],
  ];

  test.for(cases)("%s", async ([, tar, says]) => {
    using at = scene();
    const id = await box(at.store);
    const before = describeTree(at.store.images);
    await expect(loadImages(at.store, bytes(tar))).rejects.toThrow(says);
    expect(describeTree(at.store.images)).toEqual(before);
    expect(needImage(at.store, "box:1").id).toBe(id);
  });

  test("an image of two of which the second is broken", async () => {
    using at = scene();
    const config = configOf([LAYER]);
    const item = { Config: "c", RepoTags: ["a:1"], Layers: ["one/layer.tar"] };
    const manifest = JSON.stringify([item, { ...item, RepoTags: ["b:1"], Layers: ["nope"] }]);
    await expect(loadImages(at.store, bytes(dockerArchiveOf({ config, configPath: "c", manifest })))).rejects.toThrow(
      "nope",
    );
    expect([names(at.store), blobs(at.store)]).toEqual([[], []]);
  });

  test("indexes that lie in each other without end", async () => {
    using at = scene();
    const entries: { name: string; content: string }[] = [];
    let index = '{"manifests":[]}';
    for (let depth = 0; depth < 50; depth++) {
      entries.push({ name: `blobs/sha256/${digest(index).slice(7)}`, content: index });
      const mediaType = "application/vnd.oci.image.index.v1+json";
      index = JSON.stringify({ manifests: [{ mediaType, digest: digest(index), size: index.length }] });
    }
    await expect(loadImages(at.store, bytes(ociArchiveOf({ index, more: entries })))).rejects.toThrow("too deep");
  });

  test("a root file system of many files, soon", async () => {
    using at = scene();
    const many = archive(...Array.from({ length: 20_001 }, (_, index) => ({ name: `f${index}` })));
    await expect(loadImages(at.store, bytes(many))).rejects.toThrow("more than 20000 entries");
  });

  requires("root")("what has no room on the disk", { timeout: 60_000 }, () => {
    using at = scene();
    const disk = join(at.path, "disk");
    mkdirSync(disk);
    const tar = join(at.path, "a.tar");
    const layer = archive({ name: "large", content: Buffer.alloc(3 * 2 ** 20, "x") });
    writeFileSync(tar, dockerArchiveOf({ config: configOf([layer]), layers: [{ name: "l", content: layer }] }));
    const said = onSmallDisk(
      "2m",
      disk,
      `
      import { readdirSync } from "node:fs";
      import { imageStore, listImages, loadImages } from "../../src/index.ts";
      const store = imageStore(${JSON.stringify(disk)});
      const error = await loadImages(store, ${JSON.stringify(tar)}).catch((error) => error);
      console.log(error.code, listImages(store).length, readdirSync(store.images + "/blobs/sha256").length);`,
    );
    expect(said.trim()).toBe("ENOSPC 0 0");
  });
});

describe("loadImages() keeps little in memory:", () => {
  const run = (at: Scene, most: number, source: string): Promise<string> =>
    start(`
      import { archive, entry } from "@wb/testing";
      import { loadImages, imageStore } from "../../src/index.ts";
      const zeros = (): Buffer => Buffer.alloc(2 ** 20);
      async function* source() { ${source} }
      const done = await loadImages(imageStore(${JSON.stringify(join(at.path, "one"))}), source()).catch((error) => error);
      console.log(done.images?.length ?? done.message, process.resourceUsage().maxRSS < ${most} * 1024);`).stdout;

  test("of a large layer", { timeout: 60_000 }, async () => {
    using at = scene();
    const tar = dockerArchiveOf({ layers: [], paths: ["large"] });
    const source = `
      yield entry({ name: "large", size: 400 * 2 ** 20 });
      for (let n = 0; n < 400; n++) yield zeros();
      yield Buffer.from("${tar.toString("base64")}", "base64");`;
    expect(await run(at, 300, source)).toMatch(/^invalid diffID for layer 0 .* true\n$/);
    expect(blobs(at.store)).toEqual([]);
  });

  test("of bytes behind the archive", { timeout: 60_000 }, async () => {
    using at = scene();
    const source = `
      yield Buffer.from("${dockerArchiveOf().toString("base64")}", "base64");
      for (let n = 0; n < 2000; n++) yield zeros();`;
    expect(await run(at, 600, source)).toBe("1 true\n");
  });
});

test("a process that is killed while it loads leaves nothing, and the next one loads", async () => {
  using at = scene();
  const layer = archive({ name: "large", content: Buffer.alloc(2 ** 20, "x") });
  const tar = dockerArchiveOf({ config: configOf([layer]), layers: [{ name: "l", content: layer }] });
  const path = join(at.path, "tar");
  writeFileSync(path, tar);
  const child = start(`
    import { readFileSync } from "node:fs";
    import { loadImages, imageStore } from "../../src/index.ts";
    async function* source() {
      yield readFileSync(${JSON.stringify(path)}).subarray(0, -4000);
      await new Promise((resolve) => setTimeout(resolve, 1e6));
    }
    await loadImages(imageStore(${JSON.stringify(join(at.path, "one"))}), source());`);
  // The layer has no name yet.
  await waitFor(() => {
    const open = openFiles(child.pid).filter((file) => file.startsWith(join(at.store.images, "blobs/sha256/")));
    expect(open).toHaveLength(1);
  });
  await child.kill();
  expect([names(at.store), blobs(at.store)]).toEqual([[], []]);
  await loadImages(at.store, path);
  expect(names(at.store)).toEqual(["docker.io/library/box:1"]);
  expect((await collectGarbage(at.store)).blobs).toEqual([]);
});

function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    // One was closed meanwhile.
    return [];
  }
}

describe("other tools", () => {
  requires("root", "dockerd", "command:ip")(
    "docker 20.10 loads what saveImages() writes, and loadImages() what it saves",
    { timeout: 120_000 },
    async () => {
      using at = scene();
      const id = await box(at.store);
      const zstd = await loadImages(
        at.store,
        bytes(dockerArchiveOf({ layers: [{ name: "l", content: zstdCompressSync(LAYER) }], tags: ["z:1"] })),
      );
      const [ours, theirs, both] = ["ours.tar", "theirs.tar", "both.tar"].map((name) => join(at.path, name)) as [
        string,
        string,
        string,
      ];
      await tagImage(at.store, "box:1", "example.com/box:2");
      writeFileSync(ours, await saved(at.store, "box:1", "example.com/box:2", "z:1"));
      const said = withDockerd(
        'docker load -i "$1"; docker images --no-trunc --format "{{.Repository}}:{{.Tag}} {{.ID}}" | sort; docker save box:1 >"$2"; docker save box:1 z:1 example.com/box:2 | gzip >"$3"',
        ours,
        theirs,
        both,
      );
      expect(said.trim().split("\n")).toEqual([
        "Loaded image: box:1",
        "Loaded image: example.com/box:2",
        "Loaded image: z:1",
        `box:1 ${id}`,
        `example.com/box:2 ${id}`,
        `z:1 ${zstd.images[0]?.id}`,
      ]);
      expect(await loadImages(at.other, theirs)).toEqual({ images: [{ id, names: ["box:1"] }], replaced: [] });
      const [directory = ""] = await layerDirectories(at.other, needImage(at.other, "box:1"));
      expect(readFileSync(join(directory, "etc/hostname"), "utf8")).toBe("box");
      await loadImages(at.other, both);
      expect(names(at.other).toSorted()).toEqual([
        "docker.io/library/box:1",
        "docker.io/library/z:1",
        "example.com/box:2",
      ]);
    },
  );

  requires("command:skopeo")(
    "skopeo reads and writes them, in docker's format and with an OCI layout",
    { timeout: 60_000 },
    async () => {
      using at = scene();
      const id = await box(at.store);
      const ours = join(at.path, "ours.tar");
      writeFileSync(ours, await saved(at.store, "box:1"));
      for (const from of [`docker-archive:${ours}:box:1`, `oci-archive:${ours}:1`, `oci-archive:${ours}`])
        for (const kind of ["docker-archive", "oci-archive"]) {
          using place = scene();
          const theirs = join(place.path, "theirs.tar");
          output(["skopeo", "--insecure-policy", "copy", "-q", from, `${kind}:${theirs}:box:3`]);
          const { images } = await loadImages(place.store, theirs);
          expect(images).toMatchObject([{ names: ["box:3"] }]);
          // It writes the configuration of docker's format anew for another one.
          if (from.split(":")[0] === kind) expect(images[0]?.id).toBe(id);
          expect(needImage(place.store, "box:3").document.rootfs).toEqual(needImage(at.store, id).document.rootfs);
        }
    },
  );

  requires("command:umoci")("umoci unpacks the layout that is in them", async () => {
    using at = scene();
    await box(at.store);
    const [layout, bundle] = [join(at.path, "layout"), join(at.path, "bundle")];
    mkdirSync(layout);
    execFileSync("tar", ["-x", "-C", layout], { input: await saved(at.store, "box:1") });
    output(["umoci", "unpack", "--image", `${layout}:1`, bundle]);
    expect(readFileSync(join(bundle, "rootfs/etc/hostname"), "utf8")).toBe("box");
    const { images } = await loadImages(at.other, bytes(execFileSync("tar", ["-c", "-C", layout, "."])));
    expect(images).toMatchObject([{ names: ["box:1"] }]);
  });
});
