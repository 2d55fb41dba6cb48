import type { Agent } from "node:http";
import type { SecureContext } from "node:tls";
import { isLoopback } from "./is-loopback.ts";

/** How long is waited, in milliseconds. */
export interface Timeouts {
  /** For a connection: the name looked up, TCP, TLS. Default: 30 s. */
  readonly connect: number;
  /** For the next bytes in either direction, while this side waits for them. Default: 60 s. */
  readonly silence: number;
  /** For the answer to a blob that was sent whole, which registries copy and hash before they answer. Default: 5 min. */
  readonly commit: number;
}

export interface TransportOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with how many bytes of a body came or went. */
  readonly onBytes?: ((count: number, direction: "received" | "sent") => void) | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  /** Tries of a request at all. Default: 5. */
  readonly tries?: number | undefined;
  /** Milliseconds before the second try at most; it doubles with every try. Default: 300. */
  readonly backoff?: number | undefined;
  /** Longest wait that a registry can ask for by Retry-After, in milliseconds; with a longer one the request fails. Default: 60 s. */
  readonly longestWait?: number | undefined;
  /** Certificates of authorities to trust beside those that Node does, PEM. */
  readonly ca?: string | undefined;
}

/** The connections to registries, kept open between requests until it is disposed of. */
export interface Transport extends Disposable {
  readonly signal: AbortSignal | undefined;
  readonly onBytes: (count: number, direction: "received" | "sent") => void;
  readonly timeouts: Timeouts;
  readonly tries: number;
  readonly backoff: number;
  readonly longestWait: number;
  /** @param verify whether the server has to show a certificate that is trusted */
  readonly agent: (url: URL, verify: boolean) => Agent;
  /** Trusts what the system does as well from now on: reading that takes 100 ms, so it waits until a certificate needs it. */
  readonly trustSystem: () => void;
  readonly trustsSystem: () => boolean;
}

/**
 * node:http and node:https are loaded by the first request: they take 10 and 30 ms, which other commands need not wait for. The global
 * fetch() takes three times as long.
 */
export function openTransport(options: TransportOptions = {}): Transport {
  const { signal, onBytes, timeouts, tries = 5, backoff = 300, longestWait = 60_000, ca } = options;
  const agents = new Map<string, Agent>();
  let system = false;
  const agent = (url: URL, verify: boolean): Agent => {
    const proxied = !isLoopback(url.hostname);
    const key = `${url.protocol}${verify}${proxied}${system}`;
    const found = agents.get(key) ?? makeAgent(url.protocol, { verify, proxied, ca, system });
    agents.set(key, found);
    return found;
  };
  return {
    signal,
    onBytes: onBytes ?? (() => {}),
    timeouts: { connect: 30_000, silence: 60_000, commit: 300_000, ...timeouts },
    tries,
    backoff,
    longestWait,
    agent,
    trustSystem: () => {
      system = true;
    },
    trustsSystem: () => system,
    [Symbol.dispose]: () => {
      for (const each of agents.values()) each.destroy();
      agents.clear();
    },
  };
}

interface AgentOptions {
  readonly verify: boolean;
  readonly proxied: boolean;
  readonly ca: string | undefined;
  readonly system: boolean;
}

/** HTTP_PROXY, HTTPS_PROXY and NO_PROXY count, as for docker; never for loopback. */
function makeAgent(protocol: string, { verify, proxied, ca, system }: AgentOptions): Agent {
  const common = { keepAlive: true, ...(proxied ? { proxyEnv: process.env } : {}) };
  if (protocol === "http:") return new (process.getBuiltinModule("node:http").Agent)(common);
  const { Agent: HttpsAgent } = process.getBuiltinModule("node:https");
  return new HttpsAgent({
    ...common,
    rejectUnauthorized: verify,
    ...(ca === undefined && !system ? {} : { secureContext: trusting(ca, system) }),
  });
}

/** Made once for all connections: of hundreds of certificates it takes long. */
function trusting(ca: string | undefined, system: boolean): SecureContext {
  const tls = process.getBuiltinModule("node:tls");
  const systems = system ? tls.getCACertificates("system") : [];
  const all = [...tls.getCACertificates("default"), ...systems, ...(ca === undefined ? [] : [ca])];
  return tls.createSecureContext({ ca: [...new Set(all)] });
}
