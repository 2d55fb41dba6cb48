import { ImageError } from "../image-error.ts";
import type { Answer } from "./exchange.ts";
import type { BlobOfSize } from "./pull-blob.ts";
import { refusal } from "./refusal.ts";
import { type Repository, scopeOf } from "./repository.ts";
import { type Connection, isInterruption, type RegistryRequest, request } from "./request.ts";
import { pause } from "./retry.ts";
import { locationOf, receivedOf, type Upload, withDigest } from "./upload.ts";

/** The bytes of a blob from one on, as often as it is called. */
export type OpenBlob = (from: number) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface PushOptions {
  /** Called with how many bytes were sent so far; less than before, where it went on from an earlier one. */
  readonly onProgress?: (sent: number) => void;
  /** Bytes of a request at most, for proxies that have a limit. Default: none. */
  readonly chunk?: number;
}

/** Bytes up to which a blob is sent in the request that also ends its upload. */
const SMALL = 4 * 2 ** 20;

/** HEAD /v2/PATH/blobs/DIGEST */
export async function hasBlob(connection: Connection, { path }: Repository, digest: string): Promise<boolean> {
  const answer = await request(connection, {
    method: "HEAD",
    to: `${path}/blobs/${digest}`,
    scopes: [scopeOf(path, "pull,push")],
    expect: [200, 404],
  });
  answer.discard();
  return answer.status === 200;
}

/** POST /v2/PATH/blobs/uploads/?mount=DIGEST&from=PATH; false where the registry wants the bytes. */
export async function mountBlob(
  connection: Connection,
  { path }: Repository,
  { digest, from }: { readonly digest: string; readonly from: string },
): Promise<boolean> {
  const scopes = [scopeOf(path, "pull,push"), scopeOf(from, "pull")];
  const query = new URLSearchParams({ mount: digest, from }).toString();
  const to = `${path}/blobs/uploads/?${query}`;
  const answer = await request(connection, { method: "POST", to, scopes, expect: [201, 202] });
  answer.discard();
  if (answer.status === 201) return true;
  // It began an upload instead, which nobody goes on with.
  const location = locationOf(answer, connection);
  const cancel = { method: "DELETE", to: location, scopes, expect: [204, 202, 200], tries: 1 } as const;
  await request(connection, cancel).then(
    (cancelled) => cancelled.discard(),
    () => connection.transport.signal?.throwIfAborted(),
  );
  return false;
}

/** Uploads a blob. A broken connection is gone on from where the registry says, or from the beginning where it forgot. */
export async function pushBlob(
  connection: Connection,
  repository: Repository,
  push: BlobOfSize & PushOptions & { readonly open: OpenBlob },
): Promise<void> {
  const { transport } = connection;
  for (let failures = 1; ; failures += 1) {
    // The end of an upload can have come there without its answer coming back.
    if (failures > 1 && (await hasBlob(connection, repository, push.digest))) return;
    const upload = await begin(connection, repository);
    try {
      const whole =
        push.size <= Math.min(SMALL, push.chunk ?? SMALL)
          ? upload
          : await sendChunks(connection, repository, { ...push, upload });
      await finish(connection, repository, { ...push, upload: whole });
      return;
    } catch (error) {
      transport.signal?.throwIfAborted();
      if (failures >= transport.tries || !(isInterruption(error) || isLost(error))) throw error;
    }
    await pause(transport, failures);
  }
}

interface Push extends BlobOfSize, PushOptions {
  readonly open: OpenBlob;
  readonly upload: Upload;
}

async function begin(connection: Connection, { path }: Repository): Promise<Upload> {
  const scopes = [scopeOf(path, "pull,push")];
  const answer = await request(connection, { method: "POST", to: `${path}/blobs/uploads/`, scopes, expect: [202] });
  answer.discard();
  return { location: locationOf(answer, connection), at: 0 };
}

async function sendChunks(connection: Connection, { path }: Repository, push: Push): Promise<Upload> {
  const { transport } = connection;
  const { size, chunk = Infinity } = push;
  let { location, at } = push.upload;
  for (let failures = 0; at < size;) {
    const length = Math.min(chunk, size - at);
    // All of it at once is said by no range, which some registries do not know.
    const ranged = length < size ? { "content-range": `${at}-${at + length - 1}` } : {};
    const failure = await sendRest(connection, path, {
      method: "PATCH",
      to: location,
      headers: { "content-type": "application/octet-stream", ...ranged },
      body: bodyOf(push, { from: at, length }),
      expect: [202, 204],
    });
    if (!(failure instanceof Error)) {
      location = locationOf(failure, connection);
      const received = receivedOf(failure) ?? at + length;
      if (received <= at || received > at + length) throw lost(connection, `it says that it has ${received} bytes`);
      at = received;
      failures = 0;
      continue;
    }
    failures += 1;
    if (failures >= transport.tries) throw failure;
    await pause(transport, failures);
    const upload = await statusOf(connection, path, location);
    if (upload.at > size) throw lost(connection, `it says that it has ${upload.at} bytes`);
    ({ location, at } = upload);
  }
  return { location, at };
}

/** PUT with what is still to be sent. */
async function finish(connection: Connection, { path }: Repository, push: Push): Promise<void> {
  const { digest, size, upload } = push;
  const rest = { from: upload.at, length: size - upload.at };
  const answer = await sendRest(connection, path, {
    method: "PUT",
    to: withDigest(upload.location, digest),
    headers: { "content-type": "application/octet-stream" },
    body: bodyOf(push, rest),
    expect: [201, 204],
    answerTimeout: connection.transport.timeouts.commit,
  });
  if (answer instanceof Error) throw answer;
  const kept = answer.headers["docker-content-digest"];
  if (kept !== undefined && kept !== digest)
    throw new ImageError("WB_IMAGE_INVALID", `the registry has ${String(kept)} of the blob ${digest}`);
}

/** One try. @returns the answer, or the error after which the upload may go on */
async function sendRest(
  connection: Connection,
  path: string,
  asked: Omit<RegistryRequest, "scopes">,
): Promise<Answer | Error> {
  const scopes = [scopeOf(path, "pull,push")];
  const expect = [...asked.expect, ...PASSING];
  try {
    const answer = await request(connection, { ...asked, scopes, expect, tries: 1 });
    if (PASSING.includes(answer.status)) {
      const error = await refusal(answer, { domain: connection.endpoint.domain });
      lostUploads.add(error);
      return error;
    }
    answer.discard();
    return answer;
  } catch (error) {
    if (isInterruption(error) && error instanceof Error) return error;
    throw error;
  }
}

/** The registry is busy, forgot the upload, or does not have as much of it as this side thinks. */
const PASSING = [404, 416, 429, 500, 502, 503, 504];
const lostUploads = new WeakSet<ImageError>();

function isLost(error: unknown): boolean {
  return error instanceof ImageError && lostUploads.has(error);
}

/** GET of an upload: 204, and Range for how much the registry has. */
async function statusOf(connection: Connection, path: string, to: URL): Promise<Upload> {
  const scopes = [scopeOf(path, "pull,push")];
  // 400: Debian's registry forgets an upload whose connection broke.
  const answer = await request(connection, { method: "GET", to, scopes, expect: [204, 200, 202, 400, 404, 416] });
  answer.discard();
  if (answer.status >= 400) throw lost(connection, `it answers ${answer.status}`);
  const location = answer.headers.location === undefined ? to : locationOf(answer, connection);
  return { location, at: receivedOf(answer) ?? 0 };
}

function lost({ endpoint }: Connection, why: string): ImageError {
  const error = new ImageError("WB_IMAGE_REGISTRY", `the upload to ${endpoint.url.host} cannot go on: ${why}`);
  lostUploads.add(error);
  return error;
}

interface Part {
  readonly from: number;
  readonly length: number;
}

function bodyOf(
  { open, onProgress }: Push,
  { from, length }: Part,
): { readonly size: number; readonly open: () => AsyncIterable<Uint8Array> } {
  return {
    size: length,
    open: async function* part() {
      let sent = 0;
      if (length === 0) return;
      for await (const bytes of open(from)) {
        const wanted = bytes.subarray(0, length - sent);
        yield wanted;
        sent += wanted.length;
        onProgress?.(from + sent);
        if (sent === length) return;
      }
    },
  };
}
