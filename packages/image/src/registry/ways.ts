import { ImageError } from "../image-error.ts";
import { openAuthorization } from "./auth.ts";
import { credentialsOf, type Credentials } from "./credentials.ts";
import { type Endpoint, type EndpointOptions, endpointsOf } from "./endpoints.ts";
import { type Connection, isConnectionFailure } from "./request.ts";
import type { Transport } from "./transport.ts";

export interface CredentialOptions {
  /** In place of those that were saved. */
  readonly credentials?: Credentials | undefined;
  /** The directory of docker's config.json. Default: $DOCKER_CONFIG, or `.docker` in $HOME. */
  readonly configDirectory?: string | undefined;
}

/** The ways to a registry, and which of them were of no use so far. */
export interface Ways {
  /** To pull by, the mirrors first. */
  readonly pull: () => readonly Connection[];
  /** To the registry itself. */
  readonly push: () => readonly Connection[];
  /** Takes that one failed. @returns whether another one may do better */
  readonly failed: (connection: Connection, error: unknown) => boolean;
  /** Takes that one answered. */
  readonly worked: (connection: Connection) => void;
}

export function openWays(transport: Transport, domain: string, options: EndpointOptions & CredentialOptions): Ways {
  const endpoints = endpointsOf(domain, options);
  let settled: Connection | undefined;
  const connections = endpoints.map((endpoint): Connection => {
    const tries = (): number => (connection === connections.at(-1) || connection === settled ? transport.tries : 1);
    const connection = { ...connect(transport, endpoint, { domain, options }), tries };
    return connection;
  });
  const unreachable = new Set<Connection>();
  const usable = (candidates: readonly Connection[]): readonly Connection[] => {
    const reachable = candidates.filter(
      (each) => !unreachable.has(each) && (each.endpoint.mirror || settled === undefined || each === settled),
    );
    return reachable.length === 0 ? candidates : reachable;
  };
  return {
    pull: () => usable(connections),
    push: () => usable(connections.filter(({ endpoint }) => !endpoint.mirror)),
    failed: (connection, error) => {
      transport.signal?.throwIfAborted();
      const isFailure = isConnectionFailure(error);
      if (connection === connections.at(-1) || connection === settled) return false;
      if (isFailure) unreachable.add(connection);
      return isFailure || connection.endpoint.mirror;
    },
    worked: (connection) => {
      // What has spoken TLS once is not spoken to without.
      if (!connection.endpoint.mirror) settled = connection;
    },
  };
}

/** Asks one after the other. */
export async function byFirst<T>(
  ways: Ways,
  kind: "pull" | "push",
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  for (const connection of ways[kind]()) {
    try {
      const result = await use(connection);
      ways.worked(connection);
      return result;
    } catch (error) {
      if (!ways.failed(connection, error)) throw error;
    }
  }
  throw new ImageError("WB_IMAGE_REGISTRY", "no mirror and no registry answers");
}

interface Connecting {
  readonly domain: string;
  readonly options: CredentialOptions;
}

function connect(transport: Transport, endpoint: Endpoint, { domain, options }: Connecting): Omit<Connection, "tries"> {
  const credentials = async (): Promise<Credentials | undefined> => {
    if (endpoint.domain === domain && options.credentials !== undefined) return options.credentials;
    return credentialsOf(endpoint.domain, { directory: options.configDirectory });
  };
  return { transport, endpoint, authorization: openAuthorization(transport, { endpoint, credentials }) };
}
