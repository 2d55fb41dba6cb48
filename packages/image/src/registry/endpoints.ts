import { ImageError } from "../image-error.ts";
import { isLoopback } from "./is-loopback.ts";

/** One way to a registry. */
export interface Endpoint {
  /** Ends in a slash; `v2/` follows. */
  readonly url: URL;
  /** Whose credentials are sent there: the registry, or the mirror's host. */
  readonly domain: string;
  /** Whether it has to show a certificate that is trusted. */
  readonly verify: boolean;
  /** Whether images are only pulled from it. */
  readonly mirror: boolean;
}

export interface EndpointOptions {
  /** URLs of mirrors by the registry that they stand for: `{ "docker.io": ["https://mirror.example"] }`. */
  readonly mirrors?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Registries, as in names of images, whose certificates are not looked at, and that may be without TLS. */
  readonly insecure?: readonly string[] | undefined;
}

/**
 * The ways to a registry in the order to try: its mirrors, then itself, by HTTPS. On this machine's loopback that is HTTP; of an insecure
 * registry it is HTTPS with any certificate, then HTTP.
 *
 * @param domain of a name of an image
 * @throws ImageError WB_IMAGE_REGISTRY for a mirror that is no URL
 * @example
 * endpointsOf("docker.io")[0]?.url.href; // "https://registry-1.docker.io/"
 */
export function endpointsOf(
  domain: string,
  { mirrors = {}, insecure = [] }: EndpointOptions = {},
): readonly Endpoint[] {
  const own = Object.hasOwn(mirrors, domain) ? (mirrors[domain] ?? []) : [];
  return [...own.map((url) => mirrorOf(url, domain, insecure)), ...itself(domain, insecure)];
}

function itself(domain: string, insecure: readonly string[]): readonly Endpoint[] {
  const host = domain === "docker.io" ? "registry-1.docker.io" : domain;
  const common = { domain, mirror: false };
  const [tls, plain] = [urlOf(`https://${host}/`, domain), urlOf(`http://${host}/`, domain)];
  if (insecure.includes(domain))
    return [
      { ...common, url: tls, verify: false },
      { ...common, url: plain, verify: false },
    ];
  return [{ ...common, url: isLoopback(tls.hostname) ? plain : tls, verify: true }];
}

function mirrorOf(text: string, domain: string, insecure: readonly string[]): Endpoint {
  const url = urlOf(text.endsWith("/") ? text : `${text}/`, domain);
  if (url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") throw noUrl(text, domain);
  return { url, domain: url.host, verify: !insecure.includes(url.host), mirror: true };
}

function urlOf(text: string, domain: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw noUrl(text, domain);
  return url;
}

function noUrl(text: string, domain: string): ImageError {
  return new ImageError("WB_IMAGE_REGISTRY", `${JSON.stringify(text)} is no URL of a mirror of ${domain}`, {
    hint: "https://HOST[:PORT][/PATH] is meant",
  });
}
