import { readSync, writeSync } from "node:fs";
import { call, closeFd, isErrno, runInPool, step } from "@wb/syscall";
import { NetError } from "../net-error.ts";
import { type Answer, NO_ANSWER, parseDone, parseError } from "./answer.ts";
import { encodeMessages, type Message, NLM_F, NLMSG, parseMessages } from "./message.ts";
import { NetlinkError } from "./netlink-error.ts";
import { type NetlinkFamily, openSocket, type OpenSocketOptions } from "./open-socket.ts";
import type { NetlinkRequest } from "./request.ts";

/** What came back for one request of a {@link NetlinkSocket.transact}. */
export interface Reply {
  /** The kernel's ACK or error, or the end of a dump; undefined when there was none. */
  readonly answer?: Answer;
  readonly messages: readonly Message[];
}

/**
 * A netlink socket, netlink(7). It asks the kernel, which answers before sending returns, so that nothing here waits. Close it
 * with `using`, or by {@link NetlinkSocket.close}.
 *
 * @example
 * using socket = openNetlink("route", { netns: "blue" });
 * linkList(socket);
 */
export class NetlinkSocket implements Disposable {
  readonly family: NetlinkFamily;
  /** As it was opened: what is no message, a file below /proc/sys, is done there, too. Undefined: where this process is. */
  readonly netns: OpenSocketOptions["netns"];
  #fd: number;
  #seq = 0;

  constructor(options: OpenSocketOptions) {
    this.family = options.family;
    this.netns = options.netns;
    this.#fd = openSocket(options);
  }

  /** @throws NetError WB_NET_CLOSED */
  get fd(): number {
    if (this.#fd < 0) throw new NetError("WB_NET_CLOSED", "this netlink socket has been closed");
    return this.#fd;
  }

  /** One request; the messages that it was answered with. @throws NetlinkError when the kernel refused it */
  request(request: NetlinkRequest): readonly Message[] {
    const [reply] = this.transact([{ ...request, flags: request.flags | NLM_F.ACK }]);
    return checked(request, reply).messages;
  }

  /**
   * A request for a list, which is read again when it changed meanwhile (NLM_F_DUMP_INTR).
   *
   * @throws NetlinkError; NetError WB_NET_DUMP when it changed every time
   */
  dump(request: NetlinkRequest): readonly Message[] {
    for (let attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
      const [reply] = this.transact([{ ...request, flags: request.flags | NLM_F.DUMP }]);
      const { messages, answer } = checked(request, reply);
      const interrupted = messages.some(({ flags }) => (flags & NLM_F.DUMP_INTR) !== 0);
      if (!interrupted && answer !== undefined) return messages;
    }
    throw new NetError(
      "WB_NET_DUMP",
      `${request.command}: ${request.name}: the list changed each time that it was read`,
    );
  }

  /**
   * Sends all of them at once, in one sendmsg(2), and reads what comes back. The kernel does not stop at one that it refuses.
   * No errors are thrown for those: each answer says what became of its request. One that does not ask for NLM_F_ACK has an
   * answer only if it failed.
   *
   * @throws SyscallError or an error of node:fs when sending or receiving fails: ENOBUFS when answers were lost
   */
  transact(requests: readonly NetlinkRequest[]): Reply[] {
    const { first, datagram } = this.#encode(requests);
    writeSync(this.fd, datagram);
    return this.#replies(requests, first);
  }

  /**
   * The same, sent on a thread of libuv's pool: deleting links takes the kernel many milliseconds. Until it is done, nothing
   * else may use the socket.
   */
  async transactInPool(requests: readonly NetlinkRequest[]): Promise<Reply[]> {
    const { first, datagram } = this.#encode(requests);
    const { fd } = this;
    const [request] = requests;
    await runInPool([
      step(request?.command ?? "send nothing", [call("sendto", fd, datagram, datagram.length, 0, null, 0)]),
    ]);
    return this.#replies(requests, first);
  }

  #encode(requests: readonly NetlinkRequest[]): { readonly first: number; readonly datagram: Buffer } {
    const first = this.#seq + 1;
    // 32 bits; 0 is for what nobody asked for.
    this.#seq = first + requests.length > 0xffff_0000 ? 0 : this.#seq + requests.length;
    const flagged = requests.map((request, index) => ({
      ...request,
      flags: request.flags | NLM_F.REQUEST,
      seq: first + index,
    }));
    return { first, datagram: encodeMessages(flagged) };
  }

  #replies(requests: readonly NetlinkRequest[], first: number): Reply[] {
    const replies = requests.map((): Collected => ({ messages: [] }));
    try {
      this.#collect(replies, first, requests.filter(({ flags }) => (flags & (NLM_F.ACK | NLM_F.DUMP)) !== 0).length);
    } catch (error) {
      this.#drain();
      throw error;
    }
    return replies;
  }

  #collect(replies: readonly Collected[], first: number, awaited: number): void {
    let left = awaited;
    // Also when no answer is awaited: there may be errors.
    for (let received = this.receive(); received !== undefined; received = this.receive()) {
      for (const message of received) {
        const reply = replies[message.seq - first];
        // Of a transaction before this one, which was not read to its end.
        if (reply === undefined) continue;
        const answer = answerIn(message);
        if (answer === undefined) reply.messages.push(message);
        else {
          reply.answer = answer;
          left--;
        }
      }
      if (left === 0) return;
    }
  }

  /** A list that is not read to its end is in the way of the next one. */
  #drain(): void {
    for (let attempt = 0; attempt < DRAIN_ATTEMPTS; attempt++) {
      try {
        if (this.receive() === undefined) return;
      } catch {
        // It is the first error that is told.
      }
    }
  }

  /**
   * What the next recv(2) returns; undefined when there is nothing.
   *
   * @throws an error of node:fs, ENOBUFS when messages were lost; DecodeError
   */
  receive(): Message[] | undefined {
    let length: number;
    try {
      length = readSync(this.fd, scratch);
    } catch (error) {
      if (isErrno(error, "EAGAIN")) return undefined;
      throw error;
    }
    return parseMessages(Buffer.from(scratch.subarray(0, length)));
  }

  close(): void {
    if (this.#fd < 0) return;
    const fd = this.#fd;
    this.#fd = -1;
    closeFd(fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

interface Collected {
  answer?: Answer;
  readonly messages: Message[];
}

const DRAIN_ATTEMPTS = 10_000;

/** As often a dump is begun anew. */
const DUMP_ATTEMPTS = 64;

/** The kernel makes lists in pieces of at most 32 KiB; one message that is no list may be longer. */
const scratch = Buffer.allocUnsafeSlow(1 << 18);

/** The answer that a message is, if it is one. */
function answerIn(message: Message): Answer | undefined {
  if (message.type === NLMSG.ERROR) return parseError(message);
  return message.type === NLMSG.DONE ? parseDone(message) : undefined;
}

function checked(request: NetlinkRequest, reply: Reply | undefined): Reply {
  const answer = reply?.answer;
  if (reply === undefined || answer === undefined) throw new NetlinkError(request, NO_ANSWER);
  if (answer.errno !== 0) throw new NetlinkError(request, answer);
  return reply;
}
