import { ImageError } from "../image-error.ts";
import { connectionHint, isUnreachable } from "./connection-error.ts";

export interface Explanation {
  readonly method: string;
  readonly url: URL;
  readonly domain: string;
}

/** An error of the connection, with what was asked; any other one as it is. */
export function explained(error: unknown, { method, url, domain }: Explanation): unknown {
  if (!isUnreachable(error)) return error;
  const text =
    error instanceof AggregateError && error.message === "" ? error.errors.map(messageOf).join(", ") : messageOf(error);
  return new ImageError("WB_IMAGE_REGISTRY", `${method} ${url.origin}${url.pathname}: ${text}`, {
    cause: error,
    hint: connectionHint(error, domain),
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
