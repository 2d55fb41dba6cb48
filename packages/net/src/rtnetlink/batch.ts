import { NO_ANSWER } from "../netlink/answer.ts";
import { NLM_F } from "../netlink/message.ts";
import { NetlinkError } from "../netlink/netlink-error.ts";
import { type Where, withNetlink } from "../netlink/open.ts";
import type { NetlinkRequest } from "../netlink/request.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { openContext } from "./batch-context.ts";
import { type Change, GONE } from "./change.ts";
import { RTM } from "./rtm.ts";

/**
 * Does several things at once: all of them, or none. They go to the kernel in as few system calls as possible, one where no
 * message needs the index of a link that an earlier one makes (give that link an `index`).
 *
 * When one is refused, those that were done are taken back, the last one first, also those after the one that was refused.
 * What cannot be taken back: `linkDelete`, and moving a link to another namespace.
 *
 * Equivalent to `ip -batch FILE`
 *
 * @throws NetlinkError of the first one that was refused; NetError WB_NET_LINK for a link that is not there; AggregateError
 *   with `leftBehind`, commands, when something could not be taken back
 * @example
 * batch([planLinkAdd({ name: "web0", kind: "dummy" }), planAddrAdd("10.0.0.1/24", { dev: "web0" })], { netns: "blue" });
 */
export function batch(changes: readonly Change[], where: Where = {}): void {
  withNetlink("route", where, (socket) => {
    const work = new Work(socket);
    using context = openContext(socket, work);
    try {
      for (const change of changes) work.add(change, context.asked);
      work.flush();
    } catch (error) {
      work.undo(error);
    }
  });
}

/** So much is sent at once: more answers than fit into the receive buffer would be lost. */
const MOST = { messages: 128, bytes: 64 << 10 } as const;

interface Pending {
  readonly request: NetlinkRequest;
  readonly undo: Change | undefined;
}

/** What has been done and what is still to be sent. */
class Work {
  readonly #socket: NetlinkSocket;
  readonly #created = new Map<string | number, number | undefined>();
  #pending: Pending[] = [];
  #bytes = 0;
  readonly #done: Change[] = [];

  constructor(socket: NetlinkSocket) {
    this.#socket = socket;
  }

  /** Whether anything has been added that is not sent yet. */
  get isPending(): boolean {
    return this.#pending.length > 0;
  }

  /** The index of a link that this batch makes, where the caller chose one. */
  indexOfCreated(name: string): number | undefined {
    return this.#created.get(name);
  }

  add(change: Change, context: Parameters<Change["payload"]>[0]): void {
    const undo = this.#undoOf(change);
    // It may look for a link, and for that send what is pending.
    const request = requestOf(change, change.payload(context));
    this.#pending.push({ request, undo });
    this.#bytes += request.payload.length;
    if (change.creates !== undefined) {
      this.#created.set(change.creates.name, change.creates.index);
      if (change.creates.index !== undefined) this.#created.set(change.creates.index, change.creates.index);
    }
    if (this.#pending.length >= MOST.messages || this.#bytes >= MOST.bytes) this.flush();
  }

  /** Sends what is pending. @throws NetlinkError of the first that was refused */
  flush(): void {
    if (!this.isPending) return;
    const sent = this.#pending;
    this.#pending = [];
    this.#bytes = 0;
    let refused: NetlinkError | undefined;
    for (const [index, { answer }] of this.#socket.transact(sent.map(({ request }) => request)).entries()) {
      const one = sent[index];
      if (one === undefined) continue;
      if (answer?.errno === 0) {
        if (one.undo !== undefined) this.#done.push(one.undo);
      } else refused ??= new NetlinkError(one.request, answer ?? NO_ANSWER);
    }
    if (refused !== undefined) throw refused;
  }

  /** Takes back what was done, and throws why. */
  undo(reason: unknown): never {
    const leftBehind: string[] = [];
    const failed: unknown[] = [];
    using context = openContext(this.#socket);
    for (const change of this.#done.toReversed()) {
      try {
        const place = change.netns === undefined ? this.#socket : { netns: change.netns };
        withNetlink("route", place, (socket) => socket.request(requestOf(change, change.payload(context.asked))));
      } catch (error) {
        if (error instanceof NetlinkError && GONE.includes(error.code)) continue;
        leftBehind.push(change.command);
        failed.push(error);
      }
    }
    if (leftBehind.length === 0) throw reason;
    const text = reason instanceof Error ? reason.message : String(reason);
    throw Object.assign(new AggregateError([reason, ...failed], `${text}; not undone: ${leftBehind.join("; ")}`), {
      leftBehind,
    });
  }

  #undoOf(change: Change): Change | undefined {
    if (typeof change.undo !== "function") return change.undo;
    if (change.dev !== undefined && this.#created.has(change.dev)) return change.undoOfCreated;
    // It reads what is there before.
    this.flush();
    return change.undo(this.#socket);
  }
}

function requestOf({ message, flags, command }: Change, payload: Uint8Array): NetlinkRequest {
  return { type: RTM[message], name: `RTM_${message}`, flags: flags | NLM_F.ACK, command, payload };
}
