import type { IncomingMessage } from "node:http";
import { timedOut } from "./connection-error.ts";
import type { Transport } from "./transport.ts";

export interface AnswerBody {
  /** The bytes, once. It throws where the connection breaks, and where nothing comes for too long. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets it go unread. */
  readonly discard: () => void;
}

export interface BodyContext {
  readonly transport: Transport;
  readonly url: URL;
  /** Its length is that of what is not sent. */
  readonly isHead: boolean;
  /** Whether a part of the request is still to be sent: its connection is good for nothing else. */
  readonly unsent: () => boolean;
}

export function answerBody(response: IncomingMessage, context: BodyContext): AnswerBody {
  // Who reads it is told by the iterator; before that nobody is there to be told.
  response.on("error", () => {});
  const body = read(response, context);
  const discard = (): void => {
    const length = context.isHead ? 0 : Number(response.headers["content-length"] ?? 0);
    if (context.unsent() || length > SMALL) response.destroy();
    else drain(body).catch(() => response.destroy());
  };
  return { body, discard };
}

/** A connection is kept for so few bytes. */
const SMALL = 65_536;

async function drain(body: AsyncIterable<Uint8Array>): Promise<void> {
  let left = SMALL;
  for await (const bytes of body) {
    left -= bytes.length;
    if (left < 0) return;
  }
}

async function* read(
  response: IncomingMessage,
  { transport, url, unsent }: Omit<BodyContext, "isHead">,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal, timeouts, onBytes } = transport;
  const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const giveUp = (): void => {
    response.destroy(timedOut(url, "no more bytes", timeouts.silence));
  };
  try {
    for (;;) {
      // Only while this side waits: who takes long over a chunk is not the server.
      const timer = setTimeout(giveUp, timeouts.silence);
      const next = await chunks.next().finally(() => clearTimeout(timer));
      if (next.done === true) return;
      onBytes(next.value.length, "received");
      yield next.value;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    if (!response.complete || unsent()) response.destroy();
  }
}
