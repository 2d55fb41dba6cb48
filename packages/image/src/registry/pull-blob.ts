import { ImageError } from "../image-error.ts";
import type { Descriptor } from "../layout/documents.ts";
import type { Answer } from "./exchange.ts";
import { explained } from "./explained.ts";
import { type Repository, scopeOf } from "./repository.ts";
import { type Connection, isInterruption, request } from "./request.ts";
import { pause } from "./retry.ts";
import type { Ways } from "./ways.ts";

export type BlobOfSize = Pick<Descriptor, "digest" | "size">;

export interface PullOptions {
  /** The first byte that is wanted. Default: 0. */
  readonly from?: number;
}

/**
 * The bytes of a blob, which are as many as they should be; whether they have the digest is for the reader to see. Where the connection
 * breaks, it goes on from there by Range, or by reading up to there again where the server knows none.
 */
export async function* pullBlob(
  ways: Ways,
  repository: Repository,
  { digest, size, from = 0 }: BlobOfSize & PullOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  let at = from;
  for (const connection of ways.pull()) {
    try {
      for await (const bytes of fromOne(connection, repository, { digest, size, from: at })) {
        at += bytes.length;
        yield bytes;
      }
      ways.worked(connection);
      return;
    } catch (error) {
      if (isInvalid(error) || !ways.failed(connection, error)) throw error;
    }
  }
  throw new ImageError("WB_IMAGE_REGISTRY", `no mirror and no registry has ${digest}`);
}

/** As many tries in a row as a request has: one that brought bytes ends the row. */
async function* fromOne(
  connection: Connection,
  repository: Repository,
  { digest, size, from }: BlobOfSize & Required<PullOptions>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let at = from;
  for (let failures = 0; ;) {
    // Its last byte came before the connection broke.
    if (at === size && size > 0) return;
    const answer = await ask(connection, repository, { digest, from: at });
    try {
      let skip = skipOf(answer, { digest, size, at });
      for await (const bytes of answer.body) {
        const wanted = bytes.subarray(Math.min(skip, bytes.length));
        skip -= bytes.length - wanted.length;
        if (at + wanted.length > size) throw wrongSize(digest, size, "more");
        if (wanted.length === 0) continue;
        at += wanted.length;
        failures = 0;
        yield wanted;
      }
      if (at < size) throw wrongSize(digest, size, `${at}`);
      return;
    } catch (error) {
      connection.transport.signal?.throwIfAborted();
      failures += 1;
      if (!isInterruption(error)) throw error;
      const context = { method: "GET", url: answer.url, domain: connection.endpoint.domain };
      if (failures >= connection.transport.tries) throw explained(error, context);
    }
    await pause(connection.transport, failures);
  }
}

function ask(
  connection: Connection,
  { domain, path }: Repository,
  { digest, from }: Pick<BlobOfSize, "digest"> & Required<PullOptions>,
): Promise<Answer> {
  return request(connection, {
    method: "GET",
    to: `${path}/blobs/${digest}`,
    headers: from > 0 ? { range: `bytes=${from}-` } : {},
    scopes: [scopeOf(path, "pull")],
    expect: [200, 206],
    notFound: `blob ${digest} of ${domain}/${path} not found`,
  });
}

interface Wanted extends BlobOfSize {
  readonly at: number;
}

/** How many bytes of an answer are had already. */
function skipOf({ status, headers }: Answer, { digest, size, at }: Wanted): number {
  const start = status === 206 ? Number(/^bytes (\d+)-/.exec(headers["content-range"] ?? "")?.[1] ?? Number.NaN) : 0;
  // More than was asked for can be skipped; less cannot be made up.
  if (Number.isNaN(start) || start > at)
    throw new ImageError(
      "WB_IMAGE_REGISTRY",
      `the range of ${digest} from ${at} was asked for, but ${headers["content-range"]} came`,
    );
  const length = headers["content-length"];
  if (length !== undefined && start + Number(length) !== size)
    throw wrongSize(digest, size, `${start + Number(length)}`);
  return at - start;
}

function wrongSize(digest: string, size: number, has: string): ImageError {
  return new ImageError("WB_IMAGE_INVALID", `the blob ${digest} is to be ${size} bytes, but the registry has ${has}`);
}

function isInvalid(error: unknown): boolean {
  return error instanceof ImageError && error.code === "WB_IMAGE_INVALID";
}
