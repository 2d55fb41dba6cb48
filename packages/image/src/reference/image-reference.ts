import { ImageError } from "../image-error.ts";

/** What a name of an image means, as docker has it. */
export interface ImageReference {
  /** Of the registry: `docker.io`, `localhost:5000`. */
  readonly domain: string;
  /** The repository there: `library/busybox`. */
  readonly path: string;
  readonly tag?: string;
  /** `sha256:…` of a manifest. */
  readonly digest?: string;
}

/**
 * Reads a name as docker does: `busybox` is `docker.io/library/busybox`; the first part is a registry where it has a dot or a colon, or is
 * `localhost`. A tag is not added.
 *
 * https://pkg.go.dev/github.com/distribution/reference
 *
 * @throws ImageError WB_IMAGE_REFERENCE in docker's words
 * @example
 * parseReference("localhost:5000/a/b:1"); // { domain: "localhost:5000", path: "a/b", tag: "1" }
 */
export function parseReference(text: string): ImageReference {
  if (/^[\da-f]{64}$/.test(text))
    throw invalid(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`, text);
  const [domain, rest] = splitDomain(text);
  const match = REST.exec(rest);
  if (match === null || !DOMAIN.test(domain)) {
    if (REST.test(rest.toLowerCase()) && DOMAIN.test(domain))
      throw invalid("invalid reference format: repository name must be lowercase", text);
    throw invalid("invalid reference format", text);
  }
  const { path = "", tag, digest } = match.groups ?? {};
  if (domain.length + 1 + path.length > LONGEST)
    throw invalid(`repository name must not be more than ${LONGEST} characters`, text);
  return { domain, path, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** With `latest`, where neither a tag nor a digest was said. */
export function withDefaultTag(reference: ImageReference): ImageReference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: "latest" } : reference;
}

/** The whole name: `docker.io/library/busybox:latest`. */
export function formatReference({ domain, path, tag, digest }: ImageReference): string {
  return `${domain}/${path}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

/** As people write it, and docker shows it: `busybox:latest`. */
export function familiarReference(reference: ImageReference): string {
  return `${familiarRepository(reference)}${formatReference({ ...reference, domain: "", path: "" }).slice(1)}`;
}

/** Without the tag. */
export function familiarRepository({ domain, path }: ImageReference): string {
  if (domain !== DEFAULT_DOMAIN) return `${domain}/${path}`;
  return path.startsWith(OFFICIAL) && !path.slice(OFFICIAL.length).includes("/") ? path.slice(OFFICIAL.length) : path;
}

const DEFAULT_DOMAIN = "docker.io";
const OFFICIAL = "library/";
const LONGEST = 255;

function splitDomain(text: string): readonly [domain: string, rest: string] {
  const slash = text.indexOf("/");
  const first = slash === -1 ? "" : text.slice(0, slash);
  const isDomain = /[.:]/.test(first) || first === "localhost" || first.toLowerCase() !== first;
  const [domain, rest] = isDomain ? [first, text.slice(slash + 1)] : [DEFAULT_DOMAIN, text];
  const named = domain === "index.docker.io" ? DEFAULT_DOMAIN : domain;
  return [named, named === DEFAULT_DOMAIN && !rest.includes("/") ? `${OFFICIAL}${rest}` : rest];
}

const LABEL = "[a-zA-Z\\d]|[a-zA-Z\\d][a-zA-Z\\d-]*[a-zA-Z\\d]";
const DOMAIN = new RegExp(`^(?:(?:${LABEL})(?:\\.(?:${LABEL}))*|\\[[a-fA-F\\d:]+\\])(?::\\d+)?$`);
const COMPONENT = "[a-z\\d]+(?:(?:\\.|_|__|-+)[a-z\\d]+)*";
const REST = new RegExp(
  `^(?<path>${COMPONENT}(?:/${COMPONENT})*)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>sha256:[\\da-f]{64}))?$`,
);

function invalid(message: string, text: string): ImageError {
  return new ImageError("WB_IMAGE_REFERENCE", message, {
    hint: `${JSON.stringify(text)} is no name of an image: [HOST[:PORT]/]PATH[:TAG][@sha256:…]`,
  });
}
