import { isErrno, POLL, whenReady } from "@wb/syscall";
import { eventQueue } from "./event-queue.ts";
import { type Message, NLMSG } from "./message.ts";
import type { OpenSocketOptions } from "./open-socket.ts";
import { NetlinkSocket } from "./socket.ts";

export interface SubscribeOptions extends OpenSocketOptions {
  /** Ends the iteration. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the kernel tells multicast groups, from the call on, until the loop is left or the signal aborts. Messages that were
 * lost, because this process did not read them in time, are one of type NLMSG_OVERRUN: what was known must be listed anew.
 *
 * Nothing is polled in this thread: one thread of libuv's pool waits for all subscriptions.
 */
export function subscribe({ signal, ...options }: SubscribeOptions): AsyncIterableIterator<Message> {
  const socket = new NetlinkSocket(options);
  let unwatch = (): void => {};
  const { iterator, push, end } = eventQueue<Message>(() => {
    signal?.removeEventListener("abort", abort);
    unwatch();
    socket.close();
  });
  const abort = (): void => end();
  const read = (): void => {
    try {
      for (const message of socket.receive() ?? []) push(message);
    } catch (error) {
      if (isErrno(error, "ENOBUFS")) push(OVERRUN);
      else end(error);
    }
  };
  unwatch = whenReady({ fd: socket.fd, events: POLL.IN, fail: end, ready: read });
  signal?.addEventListener("abort", abort);
  if (signal?.aborted === true) end();
  return iterator;
}

const OVERRUN: Message = { type: NLMSG.OVERRUN, flags: 0, seq: 0, portid: 0, payload: Buffer.alloc(0) };
