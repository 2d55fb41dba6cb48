import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describeTree, output, requires, temporaryDirectory } from "@wb/testing";
import { describe, expect } from "vitest";
import { applyLayer, copyLayers, packLayer } from "../src/index.ts";
import { makeSampleTree } from "./support/sample-tree.ts";

/** Makes an OCI image of layers, which are compressed tar archives, as their media types say. */
function makeImage(
  path: string,
  layers: readonly { readonly bytes: Buffer; readonly diffId: string; readonly type: string }[],
): void {
  mkdirSync(join(path, "blobs/sha256"), { recursive: true });
  const put = (bytes: Buffer | string, mediaType: string) => {
    const hex = createHash("sha256").update(bytes).digest("hex");
    writeFileSync(join(path, "blobs/sha256", hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: Buffer.byteLength(bytes) };
  };
  const oci = "application/vnd.oci.image";
  const config = {
    architecture: "amd64",
    os: "linux",
    config: {},
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: `${oci}.manifest.v1+json`,
    config: put(JSON.stringify(config), `${oci}.config.v1+json`),
    layers: layers.map(({ bytes, type }) => put(bytes, `${oci}.layer.v1.tar${type}`)),
  };
  const described = {
    ...put(JSON.stringify(manifest), manifest.mediaType),
    annotations: { "org.opencontainers.image.ref.name": "test" },
  };
  writeFileSync(join(path, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [described] }));
  writeFileSync(join(path, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
}

const PACK = ["tar", "-c", "--format=pax", "--xattrs", "--xattrs-include=*", "--numeric-owner", "."];

/** What a second layer changes of the first. */
const CHANGES = `
  mkdir -p bin deep opaque many fresh/er && touch bin/.wh.plain deep/.wh..wh..opq .wh.empty many/.wh.7 many/.wh.4999
  mkdir opaque/sub && echo new > opaque/sub/new && touch opaque/.wh..wh..opq && echo 42 > many/42 && ln many/42 fresh/hard
  ln -s ../many fresh/er/link && mknod fresh/dev c 5 1 && chown 7:8 fresh/dev && chmod 4711 fresh/hard && chmod 1770 deep
  setfattr -n user.note -v changed many/42 && setfattr -n trusted.note -v own fresh && echo dir > sticky-file
  find . -exec touch -h -d '2015-05-05 05:05:05.5 UTC' {} +`;

function makeLayers(base: string): [lower: string, upper: string] {
  const [lower = "", upper = ""] = ["lower", "upper"].map((name) => join(base, name));
  for (const path of [lower, upper]) mkdirSync(path);
  makeSampleTree(lower);
  // Go's archive/tar, which umoci reads by, drops attributes without a value.
  output(["setfattr", "-x", "user.empty", "bin/empty"], { cwd: lower });
  output(
    [
      "sh",
      "-ec",
      "mkdir many opaque opaque/sub; cd many; for i in $(seq 5000); do echo $i > $i; done; touch ../opaque/old ../opaque/sub/old",
    ],
    { cwd: lower },
  );
  output(["sh", "-ec", CHANGES], { cwd: upper });
  return [lower, upper];
}

describe("an image of two layers, with every kind of file, whiteouts, opaque directories and 5,000 files", () => {
  requires(
    "root",
    "overlay",
    "command:umoci",
    "command:getfattr",
  )("has the same tree as by umoci", async () => {
    using base = temporaryDirectory();
    const layers = makeLayers(base.path).map((tree) => {
      const tar = Buffer.from(output(PACK, { cwd: tree }), "latin1");
      const diffId = `sha256:${createHash("sha256").update(tar).digest("hex")}`;
      return { bytes: gzipSync(tar), diffId, type: "+gzip" };
    });
    const image = join(base.path, "image");
    makeImage(image, layers);
    output(["umoci", "unpack", "--image", `${image}:test`, join(base.path, "bundle")]);
    const expected = describeTree(join(base.path, "bundle/rootfs"));

    const one = join(base.path, "one");
    mkdirSync(one);
    const applied: string[] = [];
    for (const [index, { bytes, diffId }] of layers.entries()) {
      writeFileSync(join(base.path, "layer"), bytes);
      expect(await applyLayer(join(base.path, "layer"), one, { whiteouts: "remove" })).toMatchObject({ diffId });
      const own = join(base.path, `own${index}`);
      mkdirSync(own);
      await applyLayer(join(base.path, "layer"), own, { whiteouts: "overlay" });
      applied.unshift(own);
    }
    expect(describeTree(one)).toEqual(expected);
    const copy = join(base.path, "copy");
    mkdirSync(copy);
    await copyLayers(applied, copy);
    output(["touch", "-r", join(base.path, "bundle/rootfs"), copy]);
    expect(describeTree(copy)).toEqual(expected);
  });

  requires(
    "root",
    "command:umoci",
    "command:getfattr",
  )("is unpacked by umoci as it was packed", async () => {
    using base = temporaryDirectory();
    const [tree] = makeLayers(base.path);
    const { diffId } = await packLayer(tree, join(base.path, "layer"), { compression: "gzip" });
    const image = join(base.path, "image");
    makeImage(image, [{ bytes: readFileSync(join(base.path, "layer")), diffId, type: "+gzip" }]);
    output(["umoci", "unpack", "--image", `${image}:test`, join(base.path, "bundle")]);
    const rootfs = join(base.path, "bundle/rootfs");
    output(["sh", "-c", 'chmod --reference="$1" "$2" && touch -r "$1" "$2"', "sh", tree, rootfs]);
    expect(describeTree(rootfs)).toEqual(describeTree(tree));
  });
});
