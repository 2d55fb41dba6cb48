import { join } from "node:path";
import type { Requirement } from "@wb/testing";

/** What there is to unpack and to pack. */
export interface Layer {
  /** The same archive, `layer.tar`, `.tar.gz` and `.tar.zst`. */
  readonly archives: string;
  /** An OCI image of `layer.tar.gz`, for umoci. */
  readonly image: string;
  /** The tree that was packed. */
  readonly tree: string;
}

export interface LayerContender {
  readonly name: string;
  readonly requirement?: Requirement;
  /** @param layer with an empty directory on a fresh file system */
  readonly argv: (layer: Layer & { readonly directory: string }) => readonly [string, ...string[]];
  /** By the names of others: what part of their time it may take. */
  readonly aims?: Readonly<Record<string, number>>;
}

const job = join(import.meta.dirname, "job.ts");
const wb = (...args: string[]): readonly [string, ...string[]] => [process.execPath, ...process.execArgv, job, ...args];
const TAR = ["tar", "--numeric-owner", "--xattrs", "--xattrs-include=*"] as const;

/** Ours verify both digests and end with syncfs(2) no more than theirs; all write to the page cache. */
export const CONTENDERS: readonly LayerContender[] = [
  {
    name: "applyLayer, gzip",
    argv: ({ archives, directory }) => wb("apply", `${archives}/layer.tar.gz`, directory),
    aims: { "tar -xzf": 0.6, "umoci unpack": 0.2 },
  },
  {
    name: "tar -xzf",
    argv: ({ archives, directory }) => [...TAR, "-xpzf", `${archives}/layer.tar.gz`, "-C", directory],
  },
  {
    name: "applyLayer, zstd",
    argv: ({ archives, directory }) => wb("apply", `${archives}/layer.tar.zst`, directory),
    aims: { "tar --zstd -xf": 0.8 },
  },
  {
    name: "tar --zstd -xf",
    argv: ({ archives, directory }) => [...TAR, "--zstd", "-xpf", `${archives}/layer.tar.zst`, "-C", directory],
  },
  {
    name: "umoci unpack",
    requirement: "command:umoci",
    argv: ({ image, directory }) => ["umoci", "unpack", "--image", `${image}:layer`, join(directory, "bundle")],
  },
  {
    name: "packLayer, gzip",
    argv: ({ tree, directory }) => wb("pack", tree, `${directory}/layer.tar.gz`, "gzip"),
    aims: { "tar -czf": 0.5 },
  },
  { name: "tar -czf", argv: ({ tree, directory }) => [...TAR, "-czf", `${directory}/layer.tar.gz`, "-C", tree, "."] },
  {
    name: "packLayer, zstd",
    argv: ({ tree, directory }) => wb("pack", tree, `${directory}/layer.tar.zst`, "zstd"),
    aims: { "tar --zstd -cf": 1 },
  },
  {
    name: "tar --zstd -cf",
    argv: ({ tree, directory }) => [...TAR, "--zstd", "-cf", `${directory}/layer.tar.zst`, "-C", tree, "."],
  },
];
