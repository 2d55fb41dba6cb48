/** Why something with an image was not done. */
export type ImageErrorCode =
  /** It is no name of an image. */
  | "WB_IMAGE_REFERENCE"
  /** There is no such image, here or in the registry. */
  | "WB_IMAGE_NOT_FOUND"
  /** Bytes are not those that their digest, size or kind says. */
  | "WB_IMAGE_INVALID"
  /** It has another one's name, is used by a container, or is an abbreviation of several. */
  | "WB_IMAGE_CONFLICT"
  /** The registry refused it. */
  | "WB_IMAGE_REGISTRY"
  /** It needs what is not here: a platform, a schema, a feature. */
  | "WB_IMAGE_UNSUPPORTED"
  /** A Dockerfile or a build context is not as it is to be. */
  | "WB_IMAGE_BUILD";

export interface ImageErrorDetails {
  /** What can be done about it. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

export class ImageError extends Error {
  readonly code: ImageErrorCode;
  readonly hint?: string;

  constructor(code: ImageErrorCode, message: string, { hint, cause }: ImageErrorDetails = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    if (hint !== undefined) this.hint = hint;
  }
}

Object.defineProperty(ImageError.prototype, "name", { value: "ImageError", configurable: true, writable: true });
