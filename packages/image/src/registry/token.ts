import { ImageError } from "../image-error.ts";
import type { Credentials } from "./credentials.ts";
import type { Answer, OutgoingBody } from "./exchange.ts";
import { explained } from "./explained.ts";
import { followRedirects } from "./follow-redirects.ts";
import { readBody } from "./read-body.ts";
import { refusal } from "./refusal.ts";
import { retried } from "./retry.ts";
import type { Transport } from "./transport.ts";

export interface TokenRequest {
  /** Where tokens are given. */
  readonly realm: URL;
  readonly service: string | undefined;
  /** `repository:PATH:pull` */
  readonly scopes: readonly string[];
  readonly credentials: Credentials | undefined;
  /** The registry, as in names of images. */
  readonly domain: string;
  readonly verify: boolean;
}

export interface Token {
  readonly value: string;
  /** Of Date.now(), in milliseconds. */
  readonly expires: number;
}

/**
 * Asks for a bearer token: by GET with a password or as nobody, by POST with an identity token.
 *
 * https://distribution.github.io/distribution/spec/auth/token/ and …/oauth/
 *
 * @throws ImageError WB_IMAGE_REGISTRY
 */
export async function fetchToken(transport: Transport, request: TokenRequest): Promise<Token> {
  const asked = Date.now();
  const { realm, credentials, domain } = request;
  let answer: Answer;
  try {
    answer = await retried(transport, () => ask(transport, request), transport);
  } catch (error) {
    transport.signal?.throwIfAborted();
    throw explained(error, { method: "GET", url: realm, domain });
  }
  if (answer.status !== 200) {
    const { message, hint } = await refusal(answer, { domain });
    const who = credentials === undefined ? "" : " with the credentials that were saved";
    throw new ImageError("WB_IMAGE_REGISTRY", `${realm.host} gives no token for ${domain}${who}: ${message}`, { hint });
  }
  return parseToken((await readBody(answer)).toString(), { asked, host: realm.host });
}

function ask(transport: Transport, request: TokenRequest): Promise<Answer> {
  const { realm, credentials, verify } = request;
  const identityToken = credentials?.identityToken;
  return identityToken === undefined
    ? followRedirects(transport, { method: "GET", ...byGet(request), verify })
    : followRedirects(transport, { method: "POST", url: realm, ...byPost(request, identityToken), verify });
}

function byGet({ realm, service, scopes, credentials }: TokenRequest): {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
} {
  const url = new URL(realm);
  if (credentials !== undefined) url.searchParams.set("account", credentials.username);
  if (service !== undefined) url.searchParams.set("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  return { url, headers: credentials === undefined ? {} : { authorization: basic(credentials) } };
}

function byPost(
  { service = "", scopes }: TokenRequest,
  identityToken: string,
): { readonly headers: Readonly<Record<string, string>>; readonly body: OutgoingBody } {
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    service,
    client_id: "wb",
    scope: scopes.join(" "),
    refresh_token: identityToken,
  });
  const bytes = Buffer.from(form.toString());
  return {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: { size: bytes.length, open: () => [bytes] },
  };
}

/** https://www.rfc-editor.org/rfc/rfc7617 */
export function basic({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** It is let go a little before its end, which the way there takes. */
function parseToken(text: string, { asked, host }: { readonly asked: number; readonly host: string }): Token {
  const { token, access_token: accessToken, expires_in: seconds } = parse(text);
  const value = [token, accessToken].find((each) => typeof each === "string" && each !== "");
  // What cannot stand in a header.
  if (typeof value !== "string" || !/^[\u0021-\u007E]+$/.test(value))
    throw new ImageError("WB_IMAGE_REGISTRY", `${host} answers without a token`);
  const lasts = typeof seconds === "number" && seconds > 0 ? seconds : DEFAULT_SECONDS;
  return { value, expires: asked + lasts * 900 };
}

const DEFAULT_SECONDS = 60;

function parse(text: string): {
  readonly token?: unknown;
  readonly access_token?: unknown;
  readonly expires_in?: unknown;
} {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
