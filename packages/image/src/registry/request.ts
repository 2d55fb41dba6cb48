import { ImageError } from "../image-error.ts";
import type { Authorization } from "./auth.ts";
import { isBroken, isUnreachable } from "./connection-error.ts";
import type { Endpoint } from "./endpoints.ts";
import type { Answer, OutgoingBody } from "./exchange.ts";
import { explained } from "./explained.ts";
import { followRedirects } from "./follow-redirects.ts";
import { refusal } from "./refusal.ts";
import { retried } from "./retry.ts";
import type { Transport } from "./transport.ts";

/** A registry that can be asked. */
export interface Connection {
  readonly transport: Transport;
  readonly endpoint: Endpoint;
  readonly authorization: Authorization;
  /** Tries of a request: one, where there is another way. */
  readonly tries: () => number;
}

export interface RegistryRequest {
  readonly method: "DELETE" | "GET" | "HEAD" | "PATCH" | "POST" | "PUT";
  /** Of a method of the API: `library/busybox/tags/list`, which `v2/` is put before; or where an answer pointed to. */
  readonly to: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: OutgoingBody;
  /** What a token has to be for: `repository:library/busybox:pull`. */
  readonly scopes: readonly string[];
  /** Statuses that are no error. */
  readonly expect: readonly number[];
  /** Tries at all. Default: the connection's. */
  readonly tries?: number | undefined;
  /** Milliseconds. */
  readonly answerTimeout?: number;
  /** Said before the registry's words where there is no such thing. */
  readonly notFound?: string;
}

/**
 * Asks a registry, with redirects, a second try, and the authorization that it wants.
 *
 * @throws ImageError WB_IMAGE_NOT_FOUND for 404, else WB_IMAGE_REGISTRY, with the connection's error as its cause
 */
export async function request(connection: Connection, asked: RegistryRequest): Promise<Answer> {
  const { transport, endpoint } = connection;
  const url = typeof asked.to === "string" ? new URL(`v2/${asked.to}`, endpoint.url) : asked.to;
  let answer: Answer;
  try {
    answer = await retried(transport, () => authorized(connection, { ...asked, url }), {
      tries: asked.tries ?? connection.tries(),
    });
  } catch (error) {
    transport.signal?.throwIfAborted();
    throw explained(error, { method: asked.method, url, domain: endpoint.domain });
  }
  if (asked.expect.includes(answer.status)) return answer;
  throw await refusal(answer, { domain: endpoint.domain, notFound: asked.notFound });
}

/** Whether an error of request() is of the connection. */
export function isConnectionFailure(error: unknown): boolean {
  return error instanceof ImageError && isUnreachable(error.cause);
}

/** Whether it is of a connection that broke, or of the wait for it. */
export function isInterruption(error: unknown): boolean {
  return isBroken(error instanceof ImageError ? error.cause : error);
}

async function authorized(
  { transport, endpoint, authorization }: Connection,
  { method, url, headers, body, scopes, answerTimeout }: RegistryRequest & { readonly url: URL },
): Promise<Answer> {
  // Where uploads go to may be another server.
  const isOwn = url.origin === endpoint.url.origin;
  const ask = (header: string | undefined): Promise<Answer> =>
    followRedirects(transport, {
      method,
      url,
      headers: { ...headers, ...(header === undefined ? {} : { authorization: header }) },
      body,
      verify: endpoint.verify,
      ...(answerTimeout === undefined ? {} : { answerTimeout }),
    });
  const sent = isOwn ? await authorization.header(scopes) : undefined;
  const answer = await ask(sent);
  if (answer.status !== 401 || answer.url.origin !== endpoint.url.origin) return answer;
  if (!isOwn || !(await authorization.challenged(answer.headers["www-authenticate"], sent))) return answer;
  answer.discard();
  return ask(await authorization.header(scopes));
}
