import type { Netns } from "../netlink/netns.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import type { RTM } from "./rtm.ts";

/** One thing to do, as data: `batch` does several at once. Made by the `plan…` functions. */
export interface Change {
  /** The type of its message: `NEWLINK` is RTM_NEWLINK. */
  readonly message: keyof typeof RTM;
  /** NLM_F_*, without REQUEST and ACK. */
  readonly flags: number;
  /** The command that does the same: `ip link add eth0 type dummy`. */
  readonly command: string;
  readonly payload: (context: ChangeContext) => Uint8Array;
  /**
   * What takes it back; a function when that depends on what is there before, which it reads. Undefined: nothing does, or
   * nothing needs to.
   */
  readonly undo?: Change | ((socket: NetlinkSocket) => Change | undefined);
  /** The same for a link that the same batch makes. Default: nothing, since the link goes. */
  readonly undoOfCreated?: Change | undefined;
  /** The link that it makes. What is then changed about it needs no undo of its own, but for its name. */
  readonly creates?: { readonly name: string; readonly index?: number | undefined };
  /** Of an undo: the namespace to do it in, if it is not that of the batch. */
  readonly netns?: Netns;
  /** The link that it is about. */
  readonly dev?: string | number;
}

/** What a message can ask for when it is made, a moment before it is sent. */
export interface ChangeContext {
  /** The index of a link; a number is one. @throws NetError WB_NET_LINK */
  readonly index: (dev: string | number) => number;
  /** An open file of a namespace, until the batch is done. */
  readonly netnsFd: (netns: Netns) => number;
}

/** What undo may find gone: that is what it wanted. */
export const GONE: readonly string[] = ["ENODEV", "ENOENT", "ESRCH", "EADDRNOTAVAIL", "ENXIO"];
