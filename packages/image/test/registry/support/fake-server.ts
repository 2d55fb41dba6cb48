import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeServer extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly domain: string;
  readonly url: string;
  /** `METHOD PATH`, in the order of their coming. */
  readonly asked: string[];
  /** The headers of the same. */
  readonly headers: IncomingMessage["headers"][];
  /** How many connections there were. */
  readonly connections: () => number;
}

/** What a real registry does not do on demand. */
export async function fakeServer(
  answer: (request: IncomingMessage, response: ServerResponse, server: FakeServer) => void,
): Promise<FakeServer> {
  const [asked, headers]: [string[], IncomingMessage["headers"][]] = [[], []];
  const listener: RequestListener = (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    headers.push(request.headers);
    request.on("error", () => {});
    answer(request, response, server);
  };
  let connections = 0;
  const http = createServer(listener).on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const domain = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  const server: FakeServer = {
    domain,
    url: `http://${domain}`,
    asked,
    headers,
    connections: () => connections,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}
