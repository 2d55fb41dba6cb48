import { ImageError } from "../image-error.ts";
import type { Answer } from "./exchange.ts";

/** Manifests are no larger (distribution-spec, "Pushing Manifests"), nor is any other JSON of a registry. */
export const LARGEST_JSON: number = 4 * 2 ** 20;

/** A whole body, which is to be small. @param limit bytes @throws ImageError WB_IMAGE_INVALID for a larger one */
export async function readBody(answer: Answer, limit: number = LARGEST_JSON): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (Number(answer.headers["content-length"] ?? 0) > limit) {
    answer.discard();
    throw tooLarge(answer, limit);
  }
  for await (const chunk of answer.body) {
    size += chunk.length;
    if (size > limit) throw tooLarge(answer, limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge({ url }: Answer, limit: number): ImageError {
  return new ImageError("WB_IMAGE_INVALID", `${url.host} answers with more than ${limit} bytes for ${url.pathname}`);
}
