import type { ClientRequest } from "node:http";
import { ImageError } from "../image-error.ts";
import type { OutgoingBody } from "./exchange.ts";

export interface Sending {
  /** Called with how many bytes the kernel took, or the buffer before it has room for. */
  readonly sent: (count: number) => void;
  /** An answer that comes before the end means that the rest is not wanted. */
  readonly isAnswered: () => boolean;
}

/** Sends a body, no faster than it is taken. @throws ImageError WB_IMAGE_INVALID where it is not as long as it is said to be */
export async function sendBody(request: ClientRequest, body: OutgoingBody, sending: Sending): Promise<void> {
  let left = body.size;
  for await (const bytes of body.open()) {
    if (request.destroyed || sending.isAnswered()) return;
    if (bytes.length > left) throw wrongSize(body, "more");
    left -= bytes.length;
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE);
      if (!request.write(piece)) await drained(request);
      if (request.destroyed || sending.isAnswered()) return;
      sending.sent(piece.length);
    }
  }
  if (left > 0) throw wrongSize(body, `${left} bytes less`);
  request.end();
}

/** So that each one is soon taken, and silence means silence. */
const PIECE = 65_536;

function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of EVENTS) request.off(event, done);
      resolve();
    };
    for (const event of EVENTS) request.on(event, done);
  });
}

const EVENTS = ["drain", "close", "response"] as const;

function wrongSize({ size }: OutgoingBody, difference: string): ImageError {
  return new ImageError("WB_IMAGE_INVALID", `a body of ${size} bytes was to be sent, but it has ${difference}`);
}
