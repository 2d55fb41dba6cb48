import { ImageError } from "../image-error.ts";
import type { Answer } from "./exchange.ts";
import type { Connection } from "./request.ts";

/** An upload that was begun. */
export interface Upload {
  /** Where it goes on. */
  readonly location: URL;
  /** Bytes that the registry has. */
  readonly at: number;
}

/** Where an upload goes on after an answer, relative to it or absolute. @throws ImageError WB_IMAGE_REGISTRY for nowhere */
export function locationOf({ headers, url }: Answer, { endpoint }: Connection): URL {
  const location = URL.parse(headers.location ?? "", url.href);
  if (headers.location === undefined || location === null || !/^https?:$/.test(location.protocol))
    throw new ImageError("WB_IMAGE_REGISTRY", `${url.host} does not say where the upload goes on`);
  if (endpoint.url.protocol === "https:" && location.protocol === "http:") {
    // Behind a proxy that ends TLS, registries may not know that they have it.
    if (location.hostname !== endpoint.url.hostname)
      throw new ImageError(
        "WB_IMAGE_REGISTRY",
        `${url.host} sends the upload to ${location.origin}, which is without TLS`,
      );
    location.protocol = "https:";
    location.port = endpoint.url.port;
  }
  return location;
}

/** With the digest that ends an upload. What is there of a query is the registry's, and stays as it is. */
export function withDigest(location: URL, digest: string): URL {
  const url = new URL(location);
  url.search = `${location.search === "" ? "?" : `${location.search}&`}digest=${encodeURIComponent(digest)}`;
  return url;
}

/** Bytes that a registry has, by the Range of its answer, `0-LAST`; of none, `0-0` is what they say. */
export function receivedOf({ headers }: Answer): number | undefined {
  const range = headers["range"];
  const last = /^(?:bytes=)?0-(\d+)$/.exec(typeof range === "string" ? range.trim() : "")?.[1];
  if (last === undefined) return undefined;
  return last === "0" ? 0 : Number(last) + 1;
}
