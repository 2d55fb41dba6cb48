import { ImageError } from "../image-error.ts";
import type { Descriptor } from "../layout/documents.ts";
import { MEDIA } from "../layout/media-types.ts";

/** The descriptors of an index. @throws ImageError WB_IMAGE_INVALID */
export function descriptorsOf(value: unknown, path: string): Descriptor[] {
  const { manifests } = Object(value) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(manifests))
    throw new ImageError("WB_IMAGE_INVALID", `${path} in the archive is no index of images`);
  return manifests.map((one) => descriptorOf(one, path));
}

/** A descriptor from elsewhere, without what nobody asks for. @throws ImageError WB_IMAGE_INVALID */
export function descriptorOf(value: unknown, path: string): Descriptor {
  const { mediaType, digest, size, annotations, platform } = Object(value) as Readonly<Record<string, unknown>>;
  if (typeof digest !== "string" || !/^sha256:[\da-f]{64}$/.test(digest) || !Number.isSafeInteger(size))
    throw new ImageError(
      "WB_IMAGE_INVALID",
      `${path} in the archive has a descriptor without a SHA-256 digest and a size`,
    );
  const type = typeof mediaType === "string" ? mediaType : MEDIA.manifest;
  const known = platformOf(platform);
  return {
    mediaType: type,
    digest,
    size: Number(size),
    annotations: Object.fromEntries(
      Object.entries(Object(annotations) as object).filter(
        (entry): entry is [string, string] => typeof entry[1] === "string",
      ),
    ),
    ...(known === undefined ? {} : { platform: known }),
  };
}

function platformOf(value: unknown): Descriptor["platform"] {
  const { os, architecture, variant } = Object(value) as Readonly<Record<string, unknown>>;
  if (typeof os !== "string" || typeof architecture !== "string") return undefined;
  return { os, architecture, ...(typeof variant === "string" ? { variant } : {}) };
}
