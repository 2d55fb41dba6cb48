import { createHash } from "node:crypto";
import { openSync, closeSync, writeSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { ImageError } from "../image-error.ts";

export function isUrl(word: string): boolean {
  return /^https?:\/\//i.test(word);
}

/**
 * Downloads a file into a directory, as ADD does: readable by root alone, changed when the server says.
 *
 * @param checksum `sha256:…` that it must have
 * @returns its name
 * @throws ImageError WB_IMAGE_BUILD
 */
export async function download(url: string, directory: string, checksum: string | undefined): Promise<string> {
  const name = new URL(url).pathname.split("/").findLast(Boolean);
  if (name === undefined || name === "." || name === "..")
    throw new ImageError("WB_IMAGE_BUILD", `cannot determine filename for source ${url}`, {
      hint: "ADD URL /the/name/of/the/file",
    });
  const response = await answerOf(url);
  const path = join(directory, decodeURIComponent(name).replaceAll("/", "_"));
  const fd = openSync(path, "wx", 0o600);
  const hash = createHash("sha256");
  try {
    for await (const chunk of response.body ?? []) {
      hash.update(chunk);
      for (let at = 0; at < chunk.length;) at += writeSync(fd, chunk, at);
    }
  } catch (cause) {
    throw failed(url, cause);
  } finally {
    closeSync(fd);
  }
  const digest = `sha256:${hash.digest("hex")}`;
  if (checksum !== undefined && checksum !== digest)
    throw new ImageError("WB_IMAGE_BUILD", `digest mismatch of ${url}: ${digest}, expected ${checksum}`);
  const changed = Date.parse(response.headers.get("last-modified") ?? "");
  if (!Number.isNaN(changed)) utimesSync(path, changed / 1000, changed / 1000);
  return path.slice(directory.length + 1);
}

async function answerOf(url: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw failed(url, cause);
  }
  if (!response.ok) throw new ImageError("WB_IMAGE_BUILD", `failed to GET ${url}: the status is ${response.status}`);
  return response;
}

function failed(url: string, cause: unknown): ImageError {
  return new ImageError("WB_IMAGE_BUILD", `failed to GET ${url}: ${String(Object(cause).cause?.message ?? cause)}`, {
    cause,
  });
}
