import type { Credentials } from "./credentials.ts";
import type { EndpointOptions } from "./endpoints.ts";
import { request } from "./request.ts";
import { openTransport, type TransportOptions } from "./transport.ts";
import { byFirst, openWays } from "./ways.ts";

/**
 * Whether a registry takes credentials, as `docker login` asks before it saves them: GET /v2/.
 *
 * @throws ImageError WB_IMAGE_REGISTRY where it does not
 */
export async function checkCredentials(
  domain: string,
  credentials: Credentials,
  options: TransportOptions & EndpointOptions = {},
): Promise<void> {
  using transport = openTransport(options);
  const ways = openWays(transport, domain, { ...options, credentials });
  await byFirst(ways, "push", async (connection) => {
    const answer = await request(connection, { method: "GET", to: "", scopes: [], expect: [200] });
    answer.discard();
  });
}
