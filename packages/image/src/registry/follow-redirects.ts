import { ImageError } from "../image-error.ts";
import { isUntrusted } from "./connection-error.ts";
import { type Answer, exchange, type Outgoing } from "./exchange.ts";
import type { Transport } from "./transport.ts";

/**
 * A request whose redirects are followed. `Authorization` goes to the origin that it was meant for and no other, nor back to it by way of
 * another; nothing that began with TLS goes on without, unless certificates are not looked at anyway.
 */
export async function followRedirects(transport: Transport, outgoing: Outgoing): Promise<Answer> {
  let request = outgoing;
  for (let count = 0; ; count += 1) {
    const answer = await trusting(transport, request);
    const { location } = answer.headers;
    if (!REDIRECTS.has(answer.status) || location === undefined || !canRepeat(request, answer.status)) return answer;
    answer.discard();
    if (count >= MOST) throw refused(`${outgoing.url.host} redirects more than ${MOST} times`);
    request = redirected(request, location);
  }
}

/** As docker, trusts the authorities of the system; Node has its own. */
async function trusting(transport: Transport, request: Outgoing): Promise<Answer> {
  const trusted = transport.trustsSystem();
  try {
    return await exchange(transport, request);
  } catch (error) {
    if (trusted || !isUntrusted(error)) throw error;
    transport.trustSystem();
    return exchange(transport, request);
  }
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MOST = 10;

/** What changes something is sent again only where the server says that it is to be. */
function canRepeat({ method }: Outgoing, status: number): boolean {
  return method === "GET" || method === "HEAD" || status === 307 || status === 308;
}

function redirected(request: Outgoing, location: string): Outgoing {
  const url = URL.parse(location, request.url.href);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw refused(
      `${request.url.host} redirects to ${JSON.stringify(location.slice(0, 200))}, which is no URL of HTTP`,
    );
  if (request.url.protocol === "https:" && url.protocol === "http:" && request.verify !== false)
    throw refused(`${request.url.host} redirects to ${url.origin}, which is without TLS`);
  if (url.origin === request.url.origin) return { ...request, url };
  // A body can have a secret as well.
  if (request.body !== undefined) throw refused(`${request.url.host} redirects what was sent to it to ${url.origin}`);
  const { authorization: _, ...headers } = request.headers ?? {};
  return { ...request, url, headers };
}

function refused(message: string): ImageError {
  return new ImageError("WB_IMAGE_REGISTRY", message);
}
