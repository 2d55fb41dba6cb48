import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isErrno } from "@wb/syscall";
import type { NewLayer } from "../layout/add-layer.ts";
import { hasBlob } from "../layout/blobs.ts";
import type { ImageStore } from "../layout/image-store.ts";

/** What an instruction has made. */
export interface CachedStep {
  /** `empty` where it changed nothing of the files. */
  readonly layer: NewLayer | "empty";
  /** When, as history has it: an image that is built again is the same image. */
  readonly created: string;
}

/** What instructions have made before, by what they were made of. */
export interface BuildCache {
  /** Undefined for what was not made yet, or whose layer is gone. */
  readonly find: (key: string) => CachedStep | undefined;
  readonly keep: (key: string, step: CachedStep) => void;
}

/** The key of what is made of something by an instruction. */
export function cacheKey(...parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return hash.digest("hex");
}

/** Where steps are kept. */
export function buildCacheDirectory({ layers }: ImageStore): string {
  return join(layers, "../build-cache");
}

/** @param isUsed without, nothing is found; what is made is kept all the same */
export function buildCache(store: ImageStore, isUsed: boolean): BuildCache {
  const directory = buildCacheDirectory(store);
  let written = 0;
  return {
    find: (key) => {
      const step = isUsed ? read(join(directory, key)) : undefined;
      if (step === undefined || step.layer === "empty") return step;
      return hasBlob(store, step.layer.descriptor.digest) ? step : undefined;
    },
    keep: (key, step) => {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      // Two may do so at once; what is lost with the power is made again.
      const temporary = join(directory, `.${key}.${process.pid}.${(written += 1)}`);
      writeFileSync(temporary, `${JSON.stringify(step)}\n`, { mode: 0o600 });
      renameSync(temporary, join(directory, key));
    },
  };
}

/** What was written in part, or by somebody else, is as if it was not there. */
function read(path: string): CachedStep | undefined {
  try {
    const step: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isStep(step) ? step : undefined;
  } catch (error) {
    if (isErrno(error, "ENOENT") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isStep(value: unknown): value is CachedStep {
  const { layer, created } = Object(value) as Partial<CachedStep>;
  if (typeof created !== "string") return false;
  return layer === "empty" || (typeof layer?.diffId === "string" && typeof layer.descriptor?.digest === "string");
}
