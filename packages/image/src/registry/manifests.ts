import { ImageError } from "../image-error.ts";
import type { Descriptor } from "../layout/documents.ts";
import { MEDIA } from "../layout/media-types.ts";
import type { Answer } from "./exchange.ts";
import { LARGEST_JSON, readBody } from "./read-body.ts";
import { isDigest, type Repository, scopeOf } from "./repository.ts";
import { type Connection, request } from "./request.ts";

/** A manifest or an index, as it came: its digest is of these bytes. */
export interface PulledManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly digest: string;
}

export interface ManifestOptions {
  /** Media types. Default: manifests and indexes, OCI's and docker's. */
  readonly accept?: readonly string[];
}

const ACCEPT = [MEDIA.index, MEDIA.manifest, MEDIA.dockerIndex, MEDIA.dockerManifest];

/** GET /v2/PATH/manifests/REFERENCE, its digest checked. */
export async function getManifest(
  connection: Connection,
  repository: Repository,
  { reference, accept = ACCEPT }: ManifestOptions & { readonly reference: string },
): Promise<PulledManifest> {
  const answer = await request(connection, ask("GET", repository, { reference, accept }));
  const bytes = await readBody(answer);
  const digest = digestOf(bytes);
  for (const expected of [isDigest(reference) ? reference : undefined, digestIn(answer)])
    if (expected !== undefined && expected !== digest) throw wrongDigest(answer, { expected, digest });
  return { bytes, mediaType: mediaTypeOf(answer, bytes), digest };
}

/** HEAD of the same: without its bytes, and not counted by Docker Hub. */
export async function headManifest(
  connection: Connection,
  repository: Repository,
  { reference, accept = ACCEPT }: ManifestOptions & { readonly reference: string },
): Promise<Pick<Descriptor, "digest" | "mediaType" | "size">> {
  const answer = await request(connection, ask("HEAD", repository, { reference, accept }));
  answer.discard();
  const { "content-length": length, "content-type": type } = answer.headers;
  const digest = digestIn(answer);
  if (digest !== undefined && length !== undefined && type !== undefined) {
    if (isDigest(reference) && digest !== reference) throw wrongDigest(answer, { expected: reference, digest });
    return { digest, mediaType: withoutParameters(type), size: Number(length) };
  }
  // Not every registry says it by HEAD.
  const { bytes, ...manifest } = await getManifest(connection, repository, { reference, accept });
  return { ...manifest, size: bytes.length };
}

/** PUT /v2/PATH/manifests/REFERENCE */
export async function putManifest(
  connection: Connection,
  { path }: Repository,
  {
    reference,
    bytes,
    mediaType,
  }: { readonly reference: string; readonly bytes: Uint8Array; readonly mediaType: string },
): Promise<{ readonly digest: string }> {
  const digest = digestOf(bytes);
  if (bytes.length > LARGEST_JSON)
    throw new ImageError("WB_IMAGE_INVALID", `a manifest of ${bytes.length} bytes is more than registries take`);
  const answer = await request(connection, {
    method: "PUT",
    to: `${path}/manifests/${reference}`,
    headers: { "content-type": mediaType },
    body: { size: bytes.length, open: () => [bytes] },
    scopes: [scopeOf(path, "pull,push")],
    expect: [200, 201, 202],
  });
  answer.discard();
  const kept = digestIn(answer);
  if (kept !== undefined && kept !== digest) throw wrongDigest(answer, { expected: digest, digest: kept });
  return { digest };
}

function ask(
  method: "GET" | "HEAD",
  { domain, path }: Repository,
  { reference, accept }: Required<ManifestOptions> & { readonly reference: string },
): Parameters<typeof request>[1] {
  const name = `${domain}/${path}${isDigest(reference) ? "@" : ":"}${reference}`;
  return {
    method,
    to: `${path}/manifests/${reference}`,
    headers: { accept: accept.join(", ") },
    scopes: [scopeOf(path, "pull")],
    expect: [200],
    notFound: `manifest for ${name} not found`,
  };
}

function digestIn({ headers }: Answer): string | undefined {
  const header = headers["docker-content-digest"];
  return typeof header === "string" && isDigest(header) ? header : undefined;
}

/** Of the header; where that is of no use, what the manifest says of itself. */
function mediaTypeOf({ headers, url }: Answer, bytes: Buffer): string {
  const type = withoutParameters(headers["content-type"] ?? "");
  if (type.startsWith("application/vnd.")) return type;
  const { mediaType, manifests } = parse(bytes, url);
  return mediaType ?? (manifests === undefined ? MEDIA.manifest : MEDIA.index);
}

function parse(bytes: Buffer, url: URL): { readonly mediaType?: string; readonly manifests?: unknown } {
  try {
    const { mediaType, manifests } = JSON.parse(bytes.toString()) as { mediaType?: unknown; manifests?: unknown };
    return { ...(typeof mediaType === "string" ? { mediaType } : {}), manifests };
  } catch (cause) {
    throw new ImageError("WB_IMAGE_INVALID", `${url.host} answers with what is no manifest for ${url.pathname}`, {
      cause,
    });
  }
}

function withoutParameters(type: string): string {
  return type.replace(/;.*$/s, "").trim().toLowerCase();
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${process.getBuiltinModule("node:crypto").createHash("sha256").update(bytes).digest("hex")}`;
}

function wrongDigest(
  { url }: Answer,
  { expected, digest }: { readonly expected: string; readonly digest: string },
): ImageError {
  return new ImageError(
    "WB_IMAGE_INVALID",
    `${url.host} has other bytes for ${url.pathname} than it should: their digest is ${digest}, not ${expected}`,
  );
}
