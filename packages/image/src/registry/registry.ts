import type { Descriptor } from "../layout/documents.ts";
import type { EndpointOptions } from "./endpoints.ts";
import { getManifest, headManifest, type ManifestOptions, putManifest, type PulledManifest } from "./manifests.ts";
import { type BlobOfSize, pullBlob, type PullOptions } from "./pull-blob.ts";
import { hasBlob, mountBlob, type OpenBlob, pushBlob, type PushOptions } from "./push-blob.ts";
import { checkDigest, checkRepository, checkTagOrDigest, type Repository } from "./repository.ts";
import { listTags } from "./tags.ts";
import { openTransport, type TransportOptions } from "./transport.ts";
import { byFirst, type CredentialOptions, openWays } from "./ways.ts";

export interface RegistryOptions extends TransportOptions, EndpointOptions, CredentialOptions {}

/** A repository of a registry. Everything throws ImageError, or the reason of the signal; disposing of it closes its connections. */
export interface Registry extends Disposable {
  /** A manifest or an index, by its tag or its digest, which is checked. */
  readonly manifest: (reference: string, options?: ManifestOptions) => Promise<PulledManifest>;
  /** What a tag stands for. */
  readonly headManifest: (
    reference: string,
    options?: ManifestOptions,
  ) => Promise<Pick<Descriptor, "digest" | "mediaType" | "size">>;
  /** The bytes of a blob; the size is checked, the digest is not. */
  readonly blob: (descriptor: BlobOfSize, options?: PullOptions) => AsyncIterable<Uint8Array>;
  /** Whether a blob need not be pushed. Mirrors are not asked. */
  readonly hasBlob: (digest: string) => Promise<boolean>;
  /** Takes a blob from another repository of the registry; false where it has to be pushed instead. */
  readonly mountBlob: (digest: string, fromPath: string) => Promise<boolean>;
  readonly pushBlob: (descriptor: BlobOfSize, open: OpenBlob, options?: PushOptions) => Promise<void>;
  /** @param reference a tag, or the digest of the bytes */
  readonly putManifest: (
    reference: string,
    bytes: Uint8Array,
    mediaType: string,
  ) => Promise<{ readonly digest: string }>;
  readonly tags: () => Promise<readonly string[]>;
}

/**
 * A client of one repository, of the OCI distribution-spec 1.1, which is docker's registry API 2. Nothing is sent before it is asked for
 * something.
 *
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 *
 * @throws ImageError WB_IMAGE_REFERENCE for what is no name of a repository
 * @example
 * using registry = openRegistry({ domain: "docker.io", path: "library/busybox" });
 * const { digest } = await registry.manifest("latest");
 */
export function openRegistry(repository: Repository, options: RegistryOptions = {}): Registry {
  checkRepository(repository);
  const transport = openTransport(options);
  const ways = openWays(transport, repository.domain, options);
  return {
    manifest: async (reference, more = {}) => {
      checkTagOrDigest(reference);
      return byFirst(ways, "pull", (connection) => getManifest(connection, repository, { ...more, reference }));
    },
    headManifest: async (reference, more = {}) => {
      checkTagOrDigest(reference);
      return byFirst(ways, "pull", (connection) => headManifest(connection, repository, { ...more, reference }));
    },
    blob: ({ digest, size }, { from = 0 } = {}) => {
      checkDigest(digest);
      return pullBlob(ways, repository, { digest, size, from });
    },
    hasBlob: async (digest) => {
      checkDigest(digest);
      return byFirst(ways, "push", (connection) => hasBlob(connection, repository, digest));
    },
    mountBlob: async (digest, from) => {
      checkDigest(digest);
      checkRepository({ ...repository, path: from });
      return byFirst(ways, "push", (connection) => mountBlob(connection, repository, { digest, from }));
    },
    pushBlob: async ({ digest, size }, open, more = {}) => {
      checkDigest(digest);
      await byFirst(ways, "push", (connection) => pushBlob(connection, repository, { ...more, digest, size, open }));
    },
    putManifest: async (reference, bytes, mediaType) => {
      checkTagOrDigest(reference);
      return byFirst(ways, "push", (connection) =>
        putManifest(connection, repository, { reference, bytes, mediaType }),
      );
    },
    tags: () => byFirst(ways, "push", (connection) => listTags(connection, repository)),
    [Symbol.dispose]: () => transport[Symbol.dispose](),
  };
}
