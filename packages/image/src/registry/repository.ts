import { ImageError } from "../image-error.ts";
import { parseReference } from "../reference/image-reference.ts";

/** Where images are, without which of them: the first two parts of a name. */
export interface Repository {
  /** `docker.io`, `localhost:5000` */
  readonly domain: string;
  /** `library/busybox` */
  readonly path: string;
}

/** What stands in URLs and scopes has to be a name, and nothing else. @throws ImageError WB_IMAGE_REFERENCE */
export function checkRepository({ domain, path }: Repository): void {
  const reference = parseReference(`${domain}/${path}`);
  if (reference.domain !== domain || reference.path !== path || reference.tag !== undefined)
    throw new ImageError("WB_IMAGE_REFERENCE", `${JSON.stringify(`${domain}/${path}`)} is no repository`);
}

/** @throws ImageError WB_IMAGE_REFERENCE for what is neither a tag nor a digest */
export function checkTagOrDigest(reference: string): void {
  if (!isDigest(reference) && !/^\w[\w.-]{0,127}$/.test(reference))
    throw new ImageError("WB_IMAGE_REFERENCE", `${JSON.stringify(reference)} is neither a tag nor a digest`);
}

/** @throws ImageError WB_IMAGE_INVALID for what is no SHA-256 digest */
export function checkDigest(digest: string): void {
  if (!isDigest(digest))
    throw new ImageError("WB_IMAGE_INVALID", `invalid digest ${JSON.stringify(digest)}: sha256:… is meant`);
}

export function isDigest(text: string): boolean {
  return /^sha256:[\da-f]{64}$/.test(text);
}

/** What a token is to be for. */
export function scopeOf(path: string, actions: "pull" | "pull,push"): string {
  return `repository:${path}:${actions}`;
}
