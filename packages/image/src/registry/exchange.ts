import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import { type AnswerBody, answerBody } from "./answer-body.ts";
import { timedOut } from "./connection-error.ts";
import { sendBody } from "./send-body.ts";
import type { Transport } from "./transport.ts";

export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes, or what gives them anew for each try. */
  readonly body?: OutgoingBody | undefined;
  /** Default: true. */
  readonly verify?: boolean;
  /** Waiting for the answer to it, in milliseconds. Default: the silence of the transport. */
  readonly answerTimeout?: number;
}

export interface OutgoingBody {
  /** Bytes. */
  readonly size: number;
  readonly open: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** An answer whose body has not been read yet: read it or let it go, or its connection stays in use. */
export interface Answer extends AnswerBody {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** That answered, after redirects. */
  readonly url: URL;
}

/** One HTTP request and its answer, whatever the status: no redirects, no second try. @throws the error of node:net, node:tls or the body */
export function exchange(transport: Transport, outgoing: Outgoing): Promise<Answer> {
  const { signal, timeouts } = transport;
  const { url, body, answerTimeout = timeouts.silence } = outgoing;
  signal?.throwIfAborted();
  const request = open(transport, outgoing);
  return new Promise((resolve, reject) => {
    const fail = (what: string, milliseconds: number): void => {
      request.destroy(timedOut(url, what, milliseconds));
    };
    let timer = setTimeout(fail, timeouts.connect, "no connection", timeouts.connect);
    const wait = (milliseconds: number): void => {
      clearTimeout(timer);
      if (!request.destroyed) timer = setTimeout(fail, milliseconds, "no answer", milliseconds);
    };
    let answered = false;
    const connected = (): void => {
      if (!answered) wait(body === undefined ? answerTimeout : timeouts.silence);
    };
    whenConnected(request, connected);
    request.once("close", () => clearTimeout(timer));
    request.once("response", (response) => {
      answered = true;
      clearTimeout(timer);
      resolve(answerOf(response, { transport, request, url }));
    });
    request.on("error", (error) => {
      clearTimeout(timer);
      reject(signal?.aborted === true ? (signal.reason as Error) : error);
    });
    if (body === undefined) {
      request.end();
      return;
    }
    const sent = (count: number): void => {
      transport.onBytes(count, "sent");
      connected();
    };
    sendBody(request, body, { sent, isAnswered: () => answered })
      .then(() => (answered ? undefined : wait(answerTimeout)))
      .catch((error: unknown) => request.destroy(error as Error));
  });
}

function open(transport: Transport, { method, url, headers, body, verify = true }: Outgoing): ClientRequest {
  const http = process.getBuiltinModule(url.protocol === "https:" ? "node:https" : "node:http");
  return http.request(url, {
    method,
    agent: transport.agent(url, verify),
    headers: {
      "user-agent": "wb",
      // Blobs are to come as they are.
      "accept-encoding": "identity",
      ...(body === undefined ? (method === "GET" || method === "HEAD" ? {} : { "content-length": "0" }) : {}),
      ...(body === undefined ? {} : { "content-length": String(body.size) }),
      ...headers,
    },
    ...(transport.signal === undefined ? {} : { signal: transport.signal }),
  });
}

function whenConnected(request: ClientRequest, connected: () => void): void {
  request.once("socket", (socket) => {
    // A connection that was kept, or through a proxy.
    if (!socket.connecting) connected();
    else socket.once("encrypted" in socket ? "secureConnect" : "connect", connected);
  });
}

interface AnswerContext {
  readonly transport: Transport;
  readonly request: ClientRequest;
  readonly url: URL;
}

function answerOf(response: IncomingMessage, { transport, request, url }: AnswerContext): Answer {
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    url,
    ...answerBody(response, {
      transport,
      url,
      isHead: request.method === "HEAD",
      unsent: () => !request.writableEnded,
    }),
  };
}
