import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layer } from "./contenders.ts";

/**
 * A tree as of a distribution: many small files and some large ones, half text, half not, in directories of 50; and its
 * archives.
 */
export function makeLayer(
  base: string,
  { entries, megabytes }: { readonly entries: number; readonly megabytes: number },
): Layer {
  const [tree, archives, image] = ["tree", "archives", "image"].map((name) => join(base, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [tree, archives]) mkdirSync(path);
  // Sizes fall off as one over the rank, as those of /usr do.
  const scale = (megabytes * 1e6) / (Math.log(entries) + 0.577);
  const words =
    randomBytes(2 ** 16)
      .toString("hex")
      .match(/.{7}/g) ?? [];
  for (let index = 0; index < entries; index++) {
    const directory = join(tree, `${index % 8}`, `directory-${Math.floor(index / 50)}`);
    mkdirSync(directory, { recursive: true });
    const size = Math.min(30e6, Math.floor(scale / (index + 1)) + 64);
    writeFileSync(join(directory, `file-${index}`), index % 4 === 0 ? randomBytes(size) : text(words, { size, index }));
  }
  const tar = join(archives, "layer.tar");
  execFileSync("tar", ["--format=pax", "--numeric-owner", "-cf", tar, "-C", tree, "."]);
  execFileSync("gzip", ["-k", tar]);
  execFileSync("zstd", ["-kq", tar]);
  makeImage(image, archives);
  return { tree, archives, image };
}

function text(words: readonly string[], { size, index }: { readonly size: number; readonly index: number }): string {
  const parts: string[] = [];
  for (let length = 0, at = index + 1; length < size; at = (at * 16_807) % 2_147_483_647) {
    const word = words[at % words.length] ?? "";
    parts.push(word);
    length += word.length + 1;
  }
  return parts.join(" ");
}

/** An OCI image layout, by hand: of one layer, named `layer`. */
function makeImage(image: string, archives: string): void {
  const blobs = join(image, "blobs/sha256");
  mkdirSync(blobs, { recursive: true });
  const digest = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
  const put = (value: unknown, mediaType: string) => {
    const bytes = JSON.stringify(value);
    const hex = createHash("sha256").update(bytes).digest("hex");
    writeFileSync(join(blobs, hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const compressed = join(archives, "layer.tar.gz");
  const layer = digest(compressed);
  copyFileSync(compressed, join(blobs, layer));
  const oci = "application/vnd.oci.image";
  const rootfs = { type: "layers", diff_ids: [`sha256:${digest(join(archives, "layer.tar"))}`] };
  const config = put({ architecture: "amd64", os: "linux", config: {}, rootfs }, `${oci}.config.v1+json`);
  const mediaType = `${oci}.manifest.v1+json`;
  const layers = [
    { mediaType: `${oci}.layer.v1.tar+gzip`, digest: `sha256:${layer}`, size: statSync(compressed).size },
  ];
  const manifest = put({ schemaVersion: 2, mediaType, config, layers }, mediaType);
  const annotations = { "org.opencontainers.image.ref.name": "layer" };
  writeFileSync(
    join(image, "index.json"),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] }),
  );
  writeFileSync(join(image, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
}
